package mcp

import _ "embed" // of the file below

// Skill is a text for agents that says which tool is for what. Agents look for it in a
// folder of the project, such as .claude/skills/referee/SKILL.md.
//
//go:embed SKILL.md
var Skill string
