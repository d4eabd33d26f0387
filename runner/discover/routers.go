package discover

import (
	"path"
	"regexp"
	"strings"
)

var (
	// What makes a router, or something that one hangs from.
	madeJS     = regexp.MustCompile(`(?:const|let|var)\s+([\w$]+)(?:\s*:\s*[\w.<>]+)?\s*=\s*(?:await\s+)?(?:new\s+)?((?:[\w$]+\.)?(?:Router|Hono|express|fastify|Fastify|Koa))\b(?:<[^>(]*>)?\(`)
	madePython = regexp.MustCompile(`(?m)^[ \t]*(\w+)\s*(?::[^=\n]+)?=\s*(?:\w+\.)?(Blueprint|APIRouter|Flask|FastAPI|Starlette|Quart|Sanic)\(`)
	madeGo     = regexp.MustCompile(`(\w+)\s*:?=\s*(\w[\w.]*)\.(?:Group|PathPrefix)\(`)
	// What hangs something below a prefix.
	mountsJS     = regexp.MustCompile(`([\w$]+)\.(use|register|route|prefix|basePath)\(`)
	mountsPython = regexp.MustCompile(`([\w]+)\.(include_router|register_blueprint|blueprint|mount|add_subapp)\(`)
	mountsDjango = regexp.MustCompile(`\bpath\(\s*(["'][\w/-]*["']|[\w.+ ]+)\s*,\s*include\(\s*\(?\s*["']([\w.]+)["']`)
	mountsGo     = regexp.MustCompile(`([\w]+)\.(Mount|Route)\(`)
	// A router that a function is given hangs wherever its caller says.
	givenGo = regexp.MustCompile(`func\s*(?:\([^)]*\)\s*)?\w+\([^)]*?\b(\w+)\s+(?:\*?gin\.(?:RouterGroup|IRouter|IRoutes)|\*echo\.Group|chi\.Router|fiber\.Router|\*mux\.Router)\b`)
	// Laravel's and Slim's groups.
	groupPHP  = regexp.MustCompile(`(?:->|::)group\(`)
	prefixPHP = regexp.MustCompile(`(?:->|::)prefix\(`)
	filePHP   = regexp.MustCompile(`["']/?(routes/[\w/-]+\.php)["']`)
	apiPHP    = regexp.MustCompile(`\bapiPrefix\s*:\s*([^,)\n]+)`)
	// Rails' blocks.
	blockRuby = regexp.MustCompile(`(?m)^([ \t]*)(namespace|scope)\b[ \t(]*([^\n]*?)\)?[ \t]+do\b[^\n]*$`)
	// What Nest and Spring put before all paths.
	globalNest    = regexp.MustCompile(`\.setGlobalPrefix\(`)
	contextSpring = regexp.MustCompile(`(?m)^[ \t]*(?:server\.servlet\.context-path|spring\.mvc\.servlet\.path|context-path)[ \t]*[=:][ \t]*(\S+)`)
	valuedSpring  = regexp.MustCompile(`(?s)@RequestMapping\(\s*(?:(?:value|path)\s*=\s*)?\{?\s*[\w.]+[^")]*\)(?:\s*@\w+(?:\([^)]*\))?)*\s*(?:public\s+)?class\b`)
	// A path may be in a variable: app.use(BASE, router).
	pathlike = regexp.MustCompile(`^(?:[A-Z][A-Z0-9_]*|[\w$.]*(?i:path|prefix|base|root|url|mount)[\w$]*|` + "`[^`]*`" + `|[\w$.]+\s*\+.*|['"][^'"]*['"]\s*\+.*)$`)
)

// read reads the routers of a file, and where they hang.
func (r *routing) read(one file) {
	switch path.Ext(one.name) {
	case ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts":
		r.readJS(one)
	case ".py":
		r.readPython(one)
	case ".go":
		r.readGo(one)
	case ".php":
		r.readPHP(one)
	case ".rb":
		r.readRuby(one)
	case ".java", ".kt":
		r.readSpring(one)
	}
}

func (r *routing) readJS(one file) {
	routers := r.routers[one.name]
	for _, at := range madeJS.FindAllStringSubmatchIndex(one.code, maxMatches) {
		name, callee := one.code[at[2]:at[3]], one.code[at[4]:at[5]]
		made := router{app: !strings.HasSuffix(callee, "Router")}
		args, end := arguments(one.code, at[1]-1)
		if own, ok := keyword(args, "prefix"); ok {
			made.prefix = prefixOf(one, at[0], own)
		}
		if more, ok := strings.CutPrefix(one.code[min(end+1, len(one.code)):], ".basePath("); ok {
			base, _ := arguments("("+more, 0)
			made.prefix = made.then(prefixOf(one, at[0], first(base)))
		}
		// An app of Hono's is also a router, where it hangs from another.
		if callee == "Hono" && made.text == "" && !strings.Contains(one.code, "serve(") && !strings.Contains(one.code, "export default "+name) {
			made.app = false
		}
		routers[name] = made
	}
	if at := nestPrefix.FindStringSubmatch(one.code); at != nil {
		r.wide[one.name] = prefix{text: at[1]}
	}
	for _, at := range mountsJS.FindAllStringSubmatchIndex(one.code, maxMatches) {
		parent, how := one.code[at[2]:at[3]], one.code[at[4]:at[5]]
		args, end := arguments(one.code, at[1]-1)
		if len(args) == 0 {
			continue
		}
		m := mount{file: one, at: at[0], parent: parent}
		switch how {
		case "prefix", "basePath":
			if made, ok := routers[parent]; ok && how == "prefix" {
				made.prefix = made.then(prefixOf(one, at[0], args[0]))
				routers[parent] = made
			}
			continue
		case "register":
			own, ok := keyword(args[1:], "prefix")
			if ok {
				m.prefix = prefixOf(one, at[0], own)
			}
			m.what = args[0]
			if strings.Contains(m.what, "=>") || strings.HasPrefix(m.what, "function") || strings.HasPrefix(m.what, "async") {
				r.spans[one.name] = append(r.spans[one.name], span{m.prefix, at[1], end})
				continue
			}
		default:
			if how == "route" && len(args) < 2 {
				continue // a path, whose methods follow
			}
			text, ok := literal(args[0])
			switch {
			case ok:
				m.text, args = text, args[1:]
			case len(args) > 1 && pathlike.MatchString(args[0]):
				m.prefix, args = prefixOf(one, at[0], args[0]), args[1:]
			}
			m.what = strings.Join(args, ", ")
		}
		r.mounts = append(r.mounts, m)
	}
}

func (r *routing) readPython(one file) {
	for _, at := range madePython.FindAllStringSubmatchIndex(one.code, maxMatches) {
		args, _ := arguments(one.code, at[1]-1)
		kind := one.code[at[4]:at[5]]
		made := router{app: kind != "Blueprint" && kind != "APIRouter"}
		if own, ok := keyword(args, "prefix", "url_prefix"); ok && own != "None" {
			made.prefix = prefixOf(one, at[0], own)
		}
		r.routers[one.name][one.code[at[2]:at[3]]] = made
	}
	for _, at := range mountsPython.FindAllStringSubmatchIndex(one.code, maxMatches) {
		args, _ := arguments(one.code, at[1]-1)
		if len(args) == 0 {
			continue
		}
		how := one.code[at[4]:at[5]]
		m := mount{file: one, at: at[0], parent: one.code[at[2]:at[3]], what: args[0], replaces: how == "register_blueprint" || how == "blueprint"}
		if how == "mount" || how == "add_subapp" {
			m.prefix, m.what = prefixOf(one, at[0], args[0]), strings.Join(args[1:], ", ")
		} else if own, ok := keyword(args[1:], "prefix", "url_prefix"); ok && own != "None" {
			m.prefix = prefixOf(one, at[0], own)
		}
		r.mounts = append(r.mounts, m)
	}
	for _, at := range mountsDjango.FindAllStringSubmatchIndex(one.code, maxMatches) {
		r.mounts = append(r.mounts, mount{prefix: prefixOf(one, at[0], one.code[at[2]:at[3]]), file: one, at: at[0], what: one.code[at[4]:at[5]], module: true})
	}
}

func (r *routing) readGo(one file) {
	for _, at := range givenGo.FindAllStringSubmatchIndex(one.code, maxMatches) {
		r.routers[one.name][one.code[at[2]:at[3]]] = router{}
	}
	for _, at := range madeGo.FindAllStringSubmatchIndex(one.code, maxMatches) {
		args, _ := arguments(one.code, at[1]-1)
		name, parent := one.code[at[2]:at[3]], one.code[at[4]:at[5]]
		if len(args) == 0 {
			continue
		}
		if name == parent { // which is another one from here on
			r.routers[one.name][name] = router{prefix: prefixOf(one, at[0], "")}
			continue
		}
		r.routers[one.name][name] = router{prefix: prefixOf(one, at[0], args[0]), parent: parent}
	}
	for _, at := range mountsGo.FindAllStringSubmatchIndex(one.code, maxMatches) {
		args, end := arguments(one.code, at[1]-1)
		if len(args) < 2 {
			continue
		}
		before := prefixOf(one, at[0], args[0])
		if strings.HasPrefix(args[1], "func(") {
			r.spans[one.name] = append(r.spans[one.name], span{before, at[1], end})
			continue
		}
		r.mounts = append(r.mounts, mount{prefix: before, file: one, at: at[0], parent: one.code[at[2]:at[3]], what: args[1]})
	}
}

func (r *routing) readPHP(one file) {
	if at := apiPHP.FindStringSubmatchIndex(one.code); at != nil {
		r.wide["routes/api.php"] = prefixOf(one, at[0], one.code[at[2]:at[3]])
	}
	for _, at := range groupPHP.FindAllStringIndex(one.code, maxMatches) {
		args, end := arguments(one.code, at[1]-1)
		if len(args) == 0 {
			continue
		}
		chain := one.code[strings.LastIndexAny(one.code[:at[0]], ";{")+1 : at[0]]
		before := prefix{}
		if p := prefixPHP.FindStringIndex(chain); p != nil {
			own, _ := arguments(chain, p[1]-1)
			before = prefixOf(one, at[0], first(own))
		} else if own, ok := keyword(args[:1], "prefix"); ok {
			before = prefixOf(one, at[0], own)
		} else if text, ok := literal(args[0]); ok && len(args) > 1 { // Slim
			before.text = text
		}
		if m := filePHP.FindStringSubmatch(strings.Join(args, ",")); m != nil {
			r.wide[m[1]] = before
			continue
		}
		r.spans[one.name] = append(r.spans[one.name], span{before, at[1], end})
	}
}

// readRuby reads blocks, which end where a line with end stands as far in as they begin.
func (r *routing) readRuby(one file) {
	for _, at := range blockRuby.FindAllStringSubmatchIndex(one.code, maxMatches) {
		indent, how := one.code[at[2]:at[3]], one.code[at[4]:at[5]]
		args, _ := arguments("("+one.code[at[6]:at[7]]+")", 0)
		before := prefix{}
		if path, ok := keyword(args, "path"); ok {
			before = prefixOf(one, at[0], path)
		} else if len(args) > 0 && (how == "namespace" || !strings.Contains(args[0], ": ")) {
			before = prefixOf(one, at[0], args[0])
		}
		if length := strings.Index(one.code[at[1]:], "\n"+indent+"end"); length >= 0 {
			r.spans[one.name] = append(r.spans[one.name], span{before, at[1], at[1] + length})
		}
	}
}

func (r *routing) readSpring(one file) {
	if at := springPrefix.FindStringSubmatch(one.code); at != nil {
		r.wide[one.name] = prefix{text: at[1]}
	} else if at := valuedSpring.FindStringIndex(one.code); at != nil {
		r.wide[one.name] = prefixOf(one, at[0], "")
	}
}

// generalPrefix is what a file puts before the paths of all files.
func generalPrefix(one file) prefix {
	if isProperties(strings.ToLower(path.Base(one.name))) {
		if at := contextSpring.FindStringSubmatchIndex(one.text); at != nil {
			value := strings.Trim(one.text[at[2]:at[3]], `"'`)
			if strings.Contains(value, "$") {
				return prefixOf(one, at[0], "")
			}
			return prefix{text: value}
		}
		return prefix{}
	}
	if at := globalNest.FindStringIndex(one.code); at != nil {
		args, _ := arguments(one.code, at[1]-1)
		return prefixOf(one, at[0], first(args))
	}
	return prefix{}
}

func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}
