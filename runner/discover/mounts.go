package discover

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// prefix is what stands before the paths of routes. It is unsure where something does that
// the source does not show: a value that is made when it runs, or a router of which nobody
// says where it hangs.
type prefix struct {
	text   string
	unsure string // why, as a sentence that ends with nothing; empty where it is sure
}

// then is a prefix with another one, or a path, behind it.
func (p prefix) then(q prefix) prefix {
	p.text = strings.TrimRight(joined(p.text, q.text), "/")
	if p.unsure == "" {
		p.unsure = q.unsure
	}
	return p
}

// prefixOf reads the prefix that an expression is.
func prefixOf(one file, offset int, expression string) prefix {
	if text, ok := literal(expression); ok {
		return prefix{text: text}
	}
	return prefix{unsure: one.at(offset) + " puts a prefix before it that is made when it runs"}
}

// mount hangs a router, or all of another file, below a prefix.
type mount struct {
	prefix
	file   file
	at     int    // its offset in the file
	parent string // the router that it hangs from; empty for the file itself
	what   string // what stands for what hangs there: an expression, or the name of a module
	module bool   // it is the name of a module
	// replaces is true where the prefix takes the place of the router's own, as Flask has it.
	replaces bool
}

// router is one that a file makes, with its own prefix.
type router struct {
	prefix
	parent string // the router that it is a group of
	app    bool   // it hangs from nothing
}

// span is a part of a file whose routes have a prefix.
type span struct {
	prefix
	from, to int
}

// routing is where the routers of a project hang.
type routing struct {
	mounts  []mount
	routers map[string]map[string]router // by file and name
	spans   map[string][]span            // by file
	wide    map[string]prefix            // of all routes of a file, by its name
	general prefix                       // of all routes
	taken   map[string][]taking          // by file
	hung    map[string][]mount           // those that may hang what is of a file, by its name
	steps   int                          // that were made to find out where one route hangs
}

// taking is a line by which a file takes something from another one.
type taking struct{ from, what string }

// What is followed at most, of a project that is more than one.
const (
	maxMounts = 2 * maxMatches
	maxSteps  = 1000
)

// routing reads where the routers of all files hang.
func (f *folder) routing() *routing {
	r := &routing{routers: map[string]map[string]router{}, spans: map[string][]span{}, wide: map[string]prefix{}, taken: map[string][]taking{}, hung: map[string][]mount{}}
	for _, one := range f.files {
		r.general = r.general.then(generalPrefix(one))
		if !slices.Contains(sources, path.Ext(one.name)) {
			continue
		}
		r.routers[one.name] = map[string]router{}
		r.read(one)
		for line := range strings.SplitSeq(one.code, "\n") {
			if from, what := imported(line); from != "" && len(r.taken[one.name]) < maxMatches {
				r.taken[one.name] = append(r.taken[one.name], taking{from, what})
			}
		}
	}
	r.mounts = r.mounts[:min(len(r.mounts), maxMounts)]
	return r
}

// of is what stands before the routes of a router of a file, at an offset.
func (r *routing) of(one file, name string, offset int) prefix {
	r.steps = 0
	return r.general.then(r.hanging(one, name, offset, 0))
}

// deepest is how many routers hang from one another at most.
const deepest = 8

func (r *routing) hanging(one file, name string, offset, depth int) prefix {
	inside, named := r.wide[one.name]
	if !named && strings.HasSuffix(one.name, "routes/api.php") {
		inside.text = "api" // as Laravel does it
	}
	for _, s := range r.spans[one.name] {
		if s.from < offset && offset < s.to {
			inside = inside.then(s.prefix)
		}
	}
	made, known := r.routers[one.name][name]
	if r.steps++; depth > deepest || r.steps > maxSteps {
		inside.unsure = "there are more routers than are followed"
		return inside
	}
	if made.parent != "" {
		return r.hanging(one, made.parent, offset, depth+1).then(made.prefix)
	}
	own := made.prefix.then(inside)
	var found []prefix
	for _, m := range r.mountsOf(one) {
		if m.file.name == one.name && (name == "" || name == m.parent || !known || !names(m.what, name)) {
			continue
		}
		below := own
		if m.replaces && m.text != "" {
			below = inside
		}
		found = append(found, r.hanging(m.file, m.parent, m.at, depth+1).then(m.prefix).then(below))
		if last := len(found) - 1; found[last].text != found[0].text {
			found[0].unsure = one.name + " hangs in more than one place"
			return found[0]
		}
	}
	if len(found) == 0 {
		if known && !made.app && own.unsure == "" {
			own.unsure = "nothing says where the router " + name + " of " + one.name + " hangs"
		}
		return own
	}
	return found[0]
}

// mountsOf are the mounts of a file's own, and those that hang all of it.
func (r *routing) mountsOf(one file) []mount {
	found, known := r.hung[one.name]
	if !known {
		for _, m := range r.mounts {
			if m.file.name == one.name || r.stands(m, one) {
				found = append(found, m)
			}
		}
		r.hung[one.name] = found
	}
	return found
}

// stands reports whether what a mount hangs is of a file.
func (r *routing) stands(m mount, one file) bool {
	if m.module {
		module := strings.ReplaceAll(strings.TrimSuffix(one.name, ".py"), "/", ".")
		return module == m.what || strings.HasSuffix(module, "."+m.what)
	}
	base := strings.TrimSuffix(path.Base(one.name), path.Ext(one.name))
	if base == "index" || base == "__init__" || path.Ext(one.name) == ".go" {
		base = path.Base(path.Dir(one.name))
	}
	return r.refers(m.file, m.what, base)
}

var importedName = regexp.MustCompile(`[A-Za-z_$][\w$]*`)

// refers reports whether an expression of a file stands for a file with this name: it names
// it, or a name that the file has taken from there.
func (r *routing) refers(one file, expression, base string) bool {
	if names(expression, base) {
		return true
	}
	for _, line := range r.taken[one.name] {
		if !names(line.from, base) {
			continue
		}
		for _, name := range importedName.FindAllString(expression, maxMatches) {
			if names(line.what, name) {
				return true
			}
		}
	}
	return false
}

var (
	imports       = regexp.MustCompile(`\brequire\(|\bimport\b`)
	importsPython = regexp.MustCompile(`^\s*(?:from\s+(\S+)\s+import\s+(.+)|import\s+([\w.]+)\s+as\s+(\w+))`)
	quotedText    = regexp.MustCompile(quote + `[^"'` + "`" + `]+` + quote)
)

// imported says of a line from where it takes something, and what.
func imported(line string) (from, what string) {
	if !strings.Contains(line, "import") && !strings.Contains(line, "require") || !imports.MatchString(line) {
		return "", ""
	}
	if m := importsPython.FindStringSubmatch(line); m != nil {
		return m[1] + m[3], m[2] + m[4]
	}
	all := quotedText.FindAllString(line, -1)
	if len(all) == 0 {
		return "", ""
	}
	from = all[len(all)-1]
	return from, strings.Replace(line, from, "", 1)
}

// names reports whether a name is among the words of a text.
func names(text, name string) bool {
	inside := func(r byte) bool {
		return r == '_' || r == '$' || r == '-' || '0' <= r && r <= '9' || 'a' <= r|0x20 && r|0x20 <= 'z'
	}
	for from := 0; name != ""; {
		at := strings.Index(text[from:], name)
		if at < 0 {
			return false
		}
		at += from
		end := at + len(name)
		if (at == 0 || !inside(text[at-1])) && (end == len(text) || !inside(text[end])) {
			return true
		}
		from = at + 1
	}
	return false
}

// joined is a path below a prefix.
func joined(prefix, to string) string {
	whole := "/" + strings.Trim(prefix, "/") + "/" + strings.TrimLeft(to, "/")
	for strings.Contains(whole, "//") {
		whole = strings.ReplaceAll(whole, "//", "/")
	}
	if prefix != "" && to == "" || to == "/" && prefix != "" {
		whole = strings.TrimRight(whole, "/")
	}
	if whole == "" {
		return "/"
	}
	return whole
}
