package drift

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/schemas/overlay"
)

const (
	// kindsFile decides by its members what kinds of events there are.
	kindsFile = "meta/event.schema.json"
	// envelopeFile says in standbyKinds which of them come in standby, in entryOf what
	// an entry is, and of the usual one in entryLists which lists it has.
	envelopeFile = "meta/envelope.schema.json"
	standbyKinds = "/$defs/entry/properties/standby/items/anyOf"
	entryOf      = "/properties/entry/items"
	entryLists   = "/$defs/entry"
)

// patchesFor makes the steps after which the schemas of a catalogue take the
// differences from it. Each difference is taken as it came, with the types and members
// of all its samples; somebody has to read the result. left are the differences that no
// patch can mend, such as a body that is not JSON.
func patchesFor(c *schemas.Catalogue, items []Item) (p patching, left []Item) {
	p = patching{catalogue: c, docs: map[string][]byte{}, patches: map[string][]overlay.Operation{}, members: map[string]bool{}}
	for _, i := range items {
		if i.What == NewMember {
			p.members[i.Pointer] = true
		}
	}
	for _, i := range joined(items) {
		if !p.mend(i) {
			left = append(left, i)
		}
	}
	return p, left
}

// joined puts differences together that one step mends: the same new member of what
// several events share, a new kind of event on a page and on Instagram.
func joined(items []Item) []Item {
	var list []Item
	at := map[string]int{}
	for _, i := range items {
		step := ""
		switch i.What {
		case NewMember:
			step = i.Place + "/" + lastToken(i.Pointer)
		case NewEvent:
			step = i.Event
			if isForOneKind(i.form) {
				step += " in " + string(i.form)
			}
		}
		if n, known := at[step]; known && step != "" {
			list[n].shape = list[n].shape.join(i.shape)
			list[n].standby = list[n].standby || i.standby
			continue
		}
		at[step] = len(list)
		list = append(list, i)
	}
	return list
}

// patching makes patches, one step after the other, each for the files as those before
// it leave them.
type patching struct {
	catalogue *schemas.Catalogue
	docs      map[string][]byte
	patches   map[string][]overlay.Operation
	members   map[string]bool // new ones, by their pointers
}

// at returns the value at a place.
func (p *patching) at(file, pointer string) (value any, ok bool) {
	text, known := p.docs[file]
	if !known {
		var err error
		if text, err = p.catalogue.SchemaFile(file); err != nil {
			return nil, false
		}
		p.docs[file] = text
	}
	doc, err := schemas.Decode(text)
	if err != nil {
		return nil, false
	}
	return schemas.ValueAt(doc, pointer)
}

// had returns what a schema had at a keyword before the first step.
func (p *patching) had(file, pointer, keyword string) any {
	text, err := p.catalogue.SchemaFile(file)
	if err != nil {
		return nil
	}
	doc, err := schemas.Decode(text)
	if err != nil {
		return nil
	}
	value, _ := schemas.ValueAt(doc, pointer+"/"+keyword)
	return value
}

// do adds steps to the patch of a file, all of them or none.
func (p *patching) do(file string, steps ...overlay.Operation) bool {
	text := p.docs[file]
	for _, step := range steps {
		var err error
		if text, err = step.Apply(text); err != nil {
			return false
		}
	}
	p.docs[file] = text
	p.patches[file] = append(p.patches[file], steps...)
	return true
}

func step(op, path string, value any) overlay.Operation {
	o := overlay.Operation{Op: op, Path: path}
	if op != "remove" {
		o.Value = schemas.Encode(value)
	}
	return o
}

// mend makes the steps after which the schemas take a difference.
func (p *patching) mend(i Item) bool {
	if i.What == NewEvent {
		return p.mendKind(i)
	}
	var example any
	if i.Example != nil {
		var err error
		if example, err = schemas.Decode(i.Example); err != nil {
			return false
		}
	}
	places := []string{i.Place}
	if i.What == NewValue && i.Place == "" {
		places = p.catalogue.PlacesOfValues(holder(i.Pointer)) // of a set that is not closed
	}
	mended := false
	for _, place := range places {
		file, pointer, _ := strings.Cut(place, "#")
		if value, ok := p.at(file, pointer); ok {
			if schema, isObject := value.(map[string]any); isObject {
				mended = p.mendPlace(i, example, file, pointer, schema) || mended
			}
		}
	}
	return mended
}

func (p *patching) mendPlace(i Item, example any, file, pointer string, schema map[string]any) bool {
	switch i.What {
	case NewMember:
		name := lastToken(i.Pointer)
		if schema["properties"] == nil {
			return p.do(file, step("add", pointer+"/properties", map[string]any{schemas.UnescapeToken(name): i.shape.schema()}))
		}
		return p.do(file, step("add", pointer+"/properties/"+name, i.shape.schema()))
	case NewValue:
		return p.mendValues(example, file, pointer, schema)
	case VanishedMember:
		if i.keyword != "required" {
			return p.drop(file, pointer, i.keyword, schema, nil)
		}
		required, _ := schema["required"].([]any)
		name := schemas.UnescapeToken(lastToken(i.Pointer))
		if n := slices.Index(required, any(name)); n >= 0 {
			at := pointer + "/required/" + strconv.Itoa(n)
			return p.do(file, step("test", at, name), step("remove", at, nil))
		}
		before, _ := p.had(file, pointer, "required").([]any)
		return slices.Contains(before, any(name)) // an earlier step has done it
	case ChangedType:
		if schema["enum"] != nil || schema["const"] != nil {
			return p.mendTypeOfValues(i, example, file, pointer, schema)
		}
		if schema["type"] == nil || i.shape == nil {
			return false
		}
		file, pointer, steps, schema := p.alone(i, file, pointer, schema)
		types, isList := schema["type"].([]any)
		if !isList {
			types = []any{schema["type"]}
		}
		var more []any
		for _, name := range i.shape.typeNames() {
			if !slices.Contains(types, any(name)) {
				more = append(more, name)
			}
		}
		switch {
		case len(more) == 0:
			return true // by an earlier step
		case isList:
			for _, name := range more {
				steps = append(steps, step("add", pointer+"/type/-", name))
			}
		default:
			steps = append(steps, step("replace", pointer+"/type", append(types, more...)))
		}
		return p.do(file, append(steps, ofObjects(pointer, schema)...)...)
	case ChangedForm:
		if !slices.Contains([]string{"pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "minProperties"}, i.keyword) {
			return false
		}
		file, pointer, steps, schema := p.alone(i, file, pointer, schema)
		return p.drop(file, pointer, i.keyword, schema, steps)
	}
	return false
}

// ofObjects are the steps after which a schema asks for members only where there is an
// object: which of several it needs would else be asked of null too.
func ofObjects(pointer string, schema map[string]any) []overlay.Operation {
	var steps []overlay.Operation
	asked := map[string]any{}
	for _, keyword := range []string{"oneOf", "anyOf"} {
		if schema[keyword] != nil {
			asked[keyword] = schema[keyword]
			steps = append(steps, step("remove", pointer+"/"+keyword, nil))
		}
	}
	if len(asked) == 0 || schema["if"] != nil {
		return nil
	}
	return append(steps, step("add", pointer+"/if", map[string]any{"type": "object"}), step("add", pointer+"/then", asked))
}

// drop takes a keyword out of a schema, after these steps.
func (p *patching) drop(file, pointer, keyword string, schema map[string]any, after []overlay.Operation) bool {
	if schema[keyword] == nil {
		return p.had(file, pointer, keyword) != nil // an earlier step has done it
	}
	return p.do(file, append(after, step("remove", pointer+"/"+keyword, nil))...)
}

// mendValues lets a schema have one more value.
func (p *patching) mendValues(value any, file, pointer string, schema map[string]any) bool {
	for _, list := range []string{"enum", "examples"} {
		if schema[list] != nil {
			if known, _ := schema[list].([]any); slices.ContainsFunc(known, func(v any) bool { return reflect.DeepEqual(v, value) }) {
				return true // by an earlier step
			}
			return p.do(file, step("add", pointer+"/"+list+"/-", value))
		}
	}
	constant, has := schema["const"]
	return has && p.do(file, step("remove", pointer+"/const", nil), step("add", pointer+"/enum", []any{constant, value}))
}

// mendTypeOfValues lets a schema that lists values have one of another type. Numbers,
// texts, lists and objects can be anything from then on; what was listed is known still.
func (p *patching) mendTypeOfValues(i Item, value any, file, pointer string, schema map[string]any) bool {
	_, isBool := value.(bool)
	list, isList := schema["enum"].([]any)
	if value == nil || isBool || !isList {
		return p.mendValues(value, file, pointer, schema)
	}
	all := i.shape
	for _, known := range list {
		all = all.join(shapeOf(known))
	}
	return p.do(file, step("remove", pointer+"/enum", nil), step("add", pointer+"/examples", list), step("add", pointer+"/type", all.typeNames()))
}

// alone is the schema that can be changed without changing others: where a member
// refers to a part that many have in common, such as any id, the member gets a copy of
// it. steps make that copy.
func (p *patching) alone(i Item, file, pointer string, schema map[string]any) (inFile, at string, steps []overlay.Operation, is map[string]any) {
	if i.referrer == "" || !isSimple(schema) {
		return file, pointer, nil, schema
	}
	referrer, member, _ := strings.Cut(i.referrer, "#")
	value, _ := p.at(referrer, member)
	own, isObject := value.(map[string]any)
	switch {
	case !isObject:
		return file, pointer, nil, schema
	case own["$ref"] == nil: // an earlier step has made the copy
		return referrer, member, nil, own
	}
	return referrer, member, []overlay.Operation{step("replace", member, schema)}, schema
}

// isSimple reports whether a schema has nothing below it, that steps could change too.
func isSimple(schema map[string]any) bool {
	for _, value := range schema {
		if _, has := value.(map[string]any); has {
			return false
		}
	}
	return schema["$ref"] == nil && schema["oneOf"] == nil && schema["anyOf"] == nil
}

// mendKind adds a kind of event, with the members that its samples have.
func (p *patching) mendKind(i Item) bool {
	if hasOwnList(i.form) {
		return p.mendList(i)
	}
	kind, ok := i.kind()
	if !ok || p.members[schemas.Pointer(kind)] { // which other events have as well
		return false
	}
	required := map[string]any{"required": []string{kind}}
	if i.form == schemas.FormEntry {
		before, ok := p.at(envelopeFile, entryOf)
		return ok && p.do(envelopeFile, step("replace", entryOf, map[string]any{"if": required, "then": i.shape.schema(), "else": before}))
	}
	if _, ok := p.at(kindsFile, "/anyOf"); !ok {
		return false
	}
	if !p.do(kindsFile, step("add", "/anyOf/-", required), step("add", "/dependentSchemas"+schemas.Pointer(kind), i.shape.schema())) {
		return false
	}
	if !i.standby {
		return true
	}
	_, ok = p.at(envelopeFile, standbyKinds)
	return ok && p.do(envelopeFile, step("add", standbyKinds+"/-", required))
}

// mendList adds a list of events to what an entry can have.
func (p *patching) mendList(i Item) bool {
	if _, ok := p.at(envelopeFile, entryLists+"/anyOf"); !ok {
		return false
	}
	list := map[string]any{"type": "array", "minItems": 1, "items": i.shape.schema()}
	return p.do(envelopeFile,
		step("add", entryLists+"/properties"+schemas.Pointer(i.Event), list),
		step("add", entryLists+"/anyOf/-", map[string]any{"required": []string{i.Event}}))
}

// kind is the member by which events of a new kind are known: of several that no event
// had before, the first that is an object.
func (i Item) kind() (name string, ok bool) {
	if i.Event == "" || i.shape == nil {
		return "", false
	}
	names := []string{i.Event}
	if i.shape.members[i.Event] == nil {
		names = strings.Split(i.Event, "+")
	}
	for _, name := range names {
		if s := i.shape.members[name]; s != nil && s.members != nil {
			return name, true
		}
	}
	return names[0], i.shape.members[names[0]] != nil
}

func lastToken(pointer string) string { return pointer[strings.LastIndexByte(pointer, '/')+1:] }

// holder splits the pointer of a member into the name of the object that has it, as
// schemas.KnownValues takes it, and its own.
func holder(pointer string) (object, member string) {
	tokens := strings.Split(pointer, "/")[1:]
	if len(tokens) == 0 {
		return "", ""
	}
	last := len(tokens) - 1
	member = schemas.UnescapeToken(tokens[last])
	from := max(last-1, 0)
	for from > 0 && tokens[from] == "-" {
		from--
	}
	for n, token := range tokens[from:last] {
		if n > 0 {
			object += "/"
		}
		object += schemas.UnescapeToken(token)
	}
	return object, member
}
