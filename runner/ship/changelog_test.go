package main

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestVersion wants what installs a release to install the newest one that CHANGELOG.md
// tells of, and that to be the tag of this commit where it has one.
func TestVersion(t *testing.T) {
	t.Parallel()
	top := regexp.MustCompile(`(?m)^## (v\d+\.\d+\.\d+), (not released yet|20\d\d-\d\d-\d\d)$`).FindStringSubmatch(read(t, filepath.Join(project, "CHANGELOG.md")))
	if top == nil {
		t.Fatal("CHANGELOG.md has no heading like ## v0.1.0, 2026-01-31, or ## v0.1.0, not released yet")
	}
	if top[1] != released {
		t.Errorf("the newest version in CHANGELOG.md is %s, and in release_test.go %s", top[1], released)
	}
	named := regexp.MustCompile(`\bv\d+\.\d+\.\d+\b`)
	for file, times := range map[string]int{"action.yml": 2, "runner/ship/gitlab.yml": 2, "runner/ship/Jenkinsfile": 2, "runner/ship/install.sh": 2} {
		found := named.FindAllString(read(t, filepath.Join(project, filepath.FromSlash(file))), -1)
		if len(found) != times {
			t.Errorf("%s names %d versions, expected %d", file, len(found), times)
		}
		for _, version := range found {
			if version != top[1] {
				t.Errorf("%s names %s, and the newest version in CHANGELOG.md is %s", file, version, top[1])
			}
		}
	}
	inPages := regexp.MustCompile(`seed-11445fa1/referee(?:@|/|:|/releases/download/)(v\d+\.\d+\.\d+)\b`)
	pages, err := filepath.Glob(filepath.Join(project, "runner", "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(pages, filepath.Join(project, "README.md")) {
		for _, found := range inPages.FindAllStringSubmatch(read(t, file), -1) {
			if found[1] != top[1] {
				t.Errorf("%s has %s, and the newest version in CHANGELOG.md is %s", file, found[0], top[1])
			}
		}
	}
	for _, file := range []string{"README.md", "runner/docs/install.md"} {
		if strings.Contains(read(t, filepath.Join(project, filepath.FromSlash(file))), " is not published yet") != (top[2] == "not released yet") {
			t.Errorf("%s says something else about whether %s is published than CHANGELOG.md", file, top[1])
		}
	}
	tags := exec.Command("git", "tag", "--points-at", "HEAD")
	tags.Dir = project
	out, err := tags.Output()
	if err != nil {
		t.Fatalf("git says not which tags there are: %v", err)
	}
	for _, tag := range strings.Fields(string(out)) {
		if tag != top[1] || top[2] == "not released yet" {
			t.Errorf("this commit has the tag %s, and CHANGELOG.md begins with %q", tag, top[0])
		}
	}
}
