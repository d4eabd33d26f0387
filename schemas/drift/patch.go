package drift

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-11445fa1/referee/schemas"
)

// Operation is one step of a JSON Patch (RFC 6902).
type Operation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value,omitempty"`
}

// Patches returns what would make the schemas of the catalogue take the
// differences of a report: a JSON Patch for each file, by the file's name. Each
// difference is taken as it came, with the type of its example; somebody has to
// read the result. What no patch can fix, such as a body that is not JSON, is
// left out.
func Patches(items []Item) map[string][]Operation {
	patches := map[string][]Operation{}
	for _, i := range items {
		file, op, ok := i.operation()
		if !ok || slices.ContainsFunc(patches[file], func(o Operation) bool { return o.Path == op.Path && op.Op != "add" }) {
			continue
		}
		patches[file] = append(patches[file], op)
	}
	return patches
}

// kindsFile decides by its members what kinds of events there are.
const kindsFile = "meta/event.schema.json"

// operation is the step that makes a schema take one difference.
func (i Item) operation() (file string, op Operation, ok bool) {
	example, err := schemas.Decode(i.Example)
	if err != nil {
		return "", op, false
	}
	if i.What == NewEvent {
		if i.Event == "" || strings.Contains(i.Event, "+") {
			return "", op, false
		}
		return kindsFile, Operation{"add", "/anyOf/-", map[string]any{"required": []string{i.Event}}}, true
	}
	file, pointer, _ := strings.Cut(i.Place, "#")
	text, err := schemas.SchemaFile(file)
	if err != nil {
		return "", op, false
	}
	doc, err := schemas.Decode(text)
	if err != nil {
		return "", op, false
	}
	value, _ := schemas.ValueAt(doc, pointer)
	schema, isObject := value.(map[string]any)
	if !isObject {
		return "", op, false
	}
	switch i.What {
	case NewMember:
		name := i.Pointer[strings.LastIndexByte(i.Pointer, '/')+1:]
		if _, has := schema["properties"]; !has {
			return file, Operation{"add", pointer + "/properties", map[string]any{schemas.UnescapeToken(name): infer(example)}}, true
		}
		return file, Operation{"add", pointer + "/properties/" + name, infer(example)}, true
	case NewValue:
		for _, list := range []string{"enum", "examples"} {
			if schema[list] != nil {
				return file, Operation{"add", pointer + "/" + list + "/-", example}, true
			}
		}
		if constant := schema["const"]; constant != nil {
			return file, Operation{"replace", pointer, map[string]any{"enum": []any{constant, example}}}, true
		}
	case VanishedMember:
		required, _ := schema["required"].([]any)
		name := schemas.UnescapeToken(i.Pointer[strings.LastIndexByte(i.Pointer, '/')+1:])
		if n := slices.Index(required, any(name)); n >= 0 {
			return file, Operation{"remove", pointer + "/required/" + strconv.Itoa(n), nil}, true
		}
	case ChangedType:
		if schema["oneOf"] != nil || schema["anyOf"] != nil {
			return "", op, false // which are about members, and mean something else where there is none
		}
		var types []any
		switch t := schema["type"].(type) {
		case string:
			types = []any{t}
		case []any:
			types = t
		default:
			return "", op, false
		}
		return file, Operation{"replace", pointer + "/type", append(slices.Clone(types), infer(example)["type"])}, true
	}
	return "", op, false
}

// infer returns a schema that one value satisfies, and that says no more of it
// than its types and members.
func infer(value any) map[string]any {
	switch v := value.(type) {
	case nil:
		return map[string]any{"type": "null"}
	case bool:
		return map[string]any{"type": "boolean"}
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			return map[string]any{"type": "number"}
		}
		return map[string]any{"type": "integer"}
	case []any:
		schema := map[string]any{"type": "array"}
		if len(v) > 0 {
			schema["items"] = infer(v[0])
		}
		return schema
	case map[string]any:
		members := map[string]any{}
		for name, inner := range v {
			members[name] = infer(inner)
		}
		return map[string]any{"type": "object", "properties": members, "additionalProperties": false}
	}
	return map[string]any{"type": "string"}
}
