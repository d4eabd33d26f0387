package anonymise

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/schemas"
)

// keep is what stays by the wish of whoever records.
type keep struct {
	members    map[string]bool // by their names
	places     [][]string      // by pointers
	parameters map[string]bool // of queries
	fields     map[string]bool // of headers, in lower case
	path       bool
}

// keepable says in which forms Options.Keep names what stays.
const keepable = `a name that is known (payload, User-Agent, hub.verify_token) keeps members, fields of headers and parameters of queries that are called so; member:NAME, header:NAME and query:NAME keep one of these, whether it is known or not; a JSON pointer such as /entry/*/id keeps a place, with * for any one step; path keeps the path of requests`

// pathName stands for the path of requests.
const pathName = "path"

// UnknownName is the error for a name in Options.Keep that nothing has.
type UnknownName struct {
	Name  string
	Known []string // the names that there are
}

func (e UnknownName) Error() string {
	return fmt.Sprintf("%q is the name of nothing that is known here; if something is called so, say what: member:%[1]s, header:%[1]s or query:%[1]s", e.Name)
}

func newKeep(names []string) (keep, error) {
	k := keep{members: map[string]bool{}, parameters: map[string]bool{}, fields: map[string]bool{}}
	var problems []error
	for _, name := range names {
		problems = append(problems, k.add(name))
	}
	return k, errors.Join(problems...)
}

func (k *keep) add(name string) error {
	if strings.HasPrefix(name, "/") && name != "/" {
		steps := strings.Split(name[1:], "/")
		for i, step := range steps {
			steps[i] = schemas.UnescapeToken(step)
		}
		k.places = append(k.places, steps)
		return nil
	}
	sort, of, sorted := strings.Cut(name, ":")
	switch {
	case sorted && of != "" && sort == "member":
		k.members[of] = true
		return nil
	case sorted && of != "" && sort == "query":
		k.parameters[of] = true
		return nil
	case sorted && of != "" && sort == "header":
		return k.field(of)
	case name == "" || sorted || strings.ContainsAny(name, "/*"):
		return fmt.Errorf("%q names nothing that could stay: %s", name, keepable)
	}
	return k.known(name)
}

// field keeps a field of headers.
func (k *keep) field(name string) error {
	if isSignature(name) {
		return fmt.Errorf("%s cannot stay: the signature was made of the body that is replaced, and would confirm a guess at it", name)
	}
	k.fields[strings.ToLower(name)] = true
	return nil
}

// known keeps whatever is called so, if anything is.
func (k *keep) known(name string) error {
	members, err := schemas.Everything().MemberNames()
	if err != nil {
		return err
	}
	fields := slices.Concat(stays().Headers, stays().OtherHeaders, signatureFields)
	found := false
	if slices.Contains(members, name) {
		k.members[name], found = true, true
	}
	if isWordsOf(name, stays().Parameters) {
		k.parameters[name], found = true, true
	}
	if name == pathName {
		k.path, found = true, true
	}
	if isIn(fields, name) {
		found = true
		if err := k.field(name); err != nil {
			return err
		}
	}
	if !found {
		return UnknownName{name, slices.Concat(members, fields, []string{pathName}, knownParameters)}
	}
	return nil
}

// knownParameters are those of Meta's own requests.
var knownParameters = []string{"hub.mode", "hub.challenge", "hub.verify_token"}
