package discover

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"
)

// hub finds what only a Messenger webhook looks at.
var hub = regexp.MustCompile(`hub[._\]]+\[?["']?(?:verify_?token|challenge|mode)|\bhub\b.{0,20}(?:verify|challenge)`)

// route is a path that something answers.
type route struct {
	path     string
	get      bool
	post     bool
	file     file
	offset   int
	verifies bool // it is named where the handshake is answered
	unsure   string
}

// quote begins and ends a text in source.
const quote = "[\"'`]"

// calls are the names of functions and annotations that tie a path to a handler, in small
// letters, and the methods that they are for; the empty one is for all.
var calls = map[string]string{
	"get": "GET", "getmapping": "GET", "add_get": "GET",
	"post": "POST", "postmapping": "POST", "add_post": "POST",
	"all": "", "any": "", "map": "", "match": "", "route": "", "api_route": "", "handle": "", "handlefunc": "", "add_route": "", "add_url_rule": "",
	"requestmapping": "", "createcontext": "", "methodfunc": "",
}

var (
	// A path in a call: app.get('/webhook', …), @app.route("/webhook"), HandleFunc("POST /webhook", …).
	routeCall = regexp.MustCompile(`(?:^|[^\w])(\w+)\(\s*(?:(?:value|path)\s*=\s*)?(?:\{\s*)?(?:\[[^\]]*\]\s*,\s*)?r?` + quote + `(?:(GET|POST) )?(/[^"'` + "`" + `\s]*)` + quote)
	// A path that the request's is compared with.
	routeCompared = regexp.MustCompile(`(?i)(?:path|url|uri|pathname|path_info)\b[^\n=]{0,40}={2,3}\s*` + quote + `(/[^"'` + "`" + `\s]*)` + quote)
	routePrefixed = regexp.MustCompile(`(?i)(?:path|url|uri|pathname)\b\S*\.(?:starts?_?with\??)\(\s*` + quote + `(/[^"'` + "`" + `\s]*)` + quote + `|HasPrefix\(\s*\w+\.URL\.Path\s*,\s*"(/[^"\s]*)"`)
	// Sinatra and Rails: get '/webhook' do, post "webhook", to: …
	routeRuby = regexp.MustCompile(`(?m)^[ \t]*(get|post|match)[ \t]+["'](/?[\w/.-]+)["']`)
	// Django: path("webhook/", …), re_path(r"^webhook/?$", …).
	routeDjango = regexp.MustCompile(`\b(?:re_)?(?:path|url)\(\s*r?["']\^?([\w/-]*)[$?]*["']\s*,\s*([\w.]+)`)
	// Tornado: (r"/webhook", Handler).
	routeTornado = regexp.MustCompile(`\(\s*r?["'](/[\w/-]*)["']\s*,\s*\w+`)
	// Nest: @Controller('webhook') with @Get() and @Post('events').
	routeNest    = regexp.MustCompile(`@(Get|Post|All)\(\s*(?:["']([^"']*)["'])?\s*\)`)
	routeSpring  = regexp.MustCompile(`@(Get|Post)Mapping(?:\s*\(\s*\)|\s*$|\s*\n|\s*\(\s*(?:produces|consumes)[^)]*\))`)
	nestPrefix   = regexp.MustCompile(`@Controller\(\s*(?:\{\s*path\s*:\s*)?["']([^"']*)["']`)
	springPrefix = regexp.MustCompile(`(?s)@RequestMapping\(\s*(?:(?:value|path)\s*=\s*)?\{?\s*"([^"]*)"[^)]*\)(?:\s*@\w+(?:\([^)]*\))?)*\s*(?:public\s+)?class\b`)
)

// path is the path that most likely is the webhook's, and why something may stand before it
// that is not in it.
func (f *folder) path() (to Fact, unsure string) {
	var all []route
	hung := f.routing()
	for _, one := range f.ending(sources...) {
		all = append(all, routesIn(one, hung)...)
	}
	type merged struct {
		route
		points int
	}
	var best []merged
	for i, r := range all {
		if slices.ContainsFunc(all[:i], func(other route) bool { return other.path == r.path }) {
			continue
		}
		for _, other := range all[i+1:] {
			if other.path == r.path {
				r.get, r.post, r.verifies = r.get || other.get, r.post || other.post, r.verifies || other.verifies
			}
		}
		best = append(best, merged{r, r.points()})
	}
	slices.SortStableFunc(best, func(a, b merged) int { return cmp.Compare(b.points, a.points) })
	const likely = 4
	if len(best) > 0 && best[0].points >= likely {
		return Fact{best[0].path, best[0].file.at(best[0].offset)}, best[0].unsure
	}
	if one, ok := f.phpWebhook(); ok && strings.Contains(one.code, "php://input") {
		base := "/" + strings.TrimPrefix(strings.TrimPrefix(one.name, "public/"), "web/")
		if path.Base(base) == "index.php" {
			base = path.Dir(base)
		}
		return Fact{base, one.name}, ""
	}
	return Fact{}, ""
}

// points weighs how likely a path is that of the webhook.
func (r route) points() int {
	points := 0
	if r.get && r.post {
		points += 3
	}
	if r.post {
		points++
	}
	if r.verifies {
		points += 4
	}
	lower := strings.ToLower(r.path)
	switch {
	case strings.Contains(lower, "webhook"):
		points += 4
	case strings.Contains(lower, "messenger"), strings.Contains(lower, "facebook"), strings.Contains(lower, "callback"), strings.Contains(lower, "hook"):
		points += 2
	}
	for _, other := range []string{"instagram", "whatsapp"} { // Meta's too, with webhooks of their own
		if strings.Contains(lower, other) {
			points -= 2
		}
	}
	if strings.ContainsAny(r.path, ":<{*(") {
		points -= 6
	}
	return points
}

// hangsFrom is the router that a function is called of; empty where there is none.
var hangsFrom = regexp.MustCompile(`([\w$]+)(?:\.|::)$`)

// routesIn are the routes of a file, with what stands before them.
func routesIn(one file, hung *routing) []route {
	var all []route
	spots := hub.FindAllStringIndex(one.code, maxMatches)
	add := func(method, to string, offset int) {
		const near = 40 // lines: a handler stands behind its route, or before it
		of := ""
		if m := hangsFrom.FindStringSubmatch(one.code[max(0, offset-80):offset]); m != nil {
			of = m[1]
		}
		before := hung.of(one, of, offset)
		r := route{path: joined(before.text, to), get: method != "POST", post: method != "GET", file: one, offset: offset, unsure: before.unsure}
		at := one.line(offset)
		r.verifies = slices.ContainsFunc(spots, func(s []int) bool {
			distance := one.line(s[0]) - at
			return distance > -near && distance < near
		})
		all = append(all, r)
	}
	text := func(at []int, group int) string {
		if at[2*group] < 0 {
			return ""
		}
		return one.code[at[2*group]:at[2*group+1]]
	}
	ending := path.Ext(one.name)
	class := springPrefix.FindStringIndex(one.code) // which has a prefix, and is no route
	for _, at := range routeCall.FindAllStringSubmatchIndex(one.code, maxMatches) {
		method, known := calls[strings.ToLower(text(at, 1))]
		if !known || class != nil && class[0] < at[2] && at[2] < class[1] {
			continue
		}
		if named := text(at, 2); named != "" {
			method = named
		}
		add(method, text(at, 3), at[2])
	}
	for _, pattern := range []*regexp.Regexp{routeCompared, routePrefixed} {
		for _, at := range pattern.FindAllStringSubmatchIndex(one.code, maxMatches) {
			to := text(at, 1)
			if len(at) > 4 && to == "" {
				to = text(at, 2)
			}
			add("", to, at[0])
		}
	}
	byMethod := func(pattern *regexp.Regexp) {
		for _, at := range pattern.FindAllStringSubmatchIndex(one.code, maxMatches) {
			method, to := strings.ToUpper(text(at, 1)), ""
			if len(at) > 4 {
				to = text(at, 2)
			}
			if method == "ALL" || method == "MATCH" {
				method = ""
			}
			add(method, to, at[0])
		}
	}
	switch ending {
	case ".rb", ".ru":
		byMethod(routeRuby)
	case ".ts", ".js", ".mjs", ".cjs", ".mts", ".cts":
		if nestPrefix.MatchString(one.code) || strings.Contains(one.code, "@Controller(") {
			byMethod(routeNest)
		}
		if to, ok := nextPath(one.name); ok {
			add("", to, 0)
		}
	case ".java", ".kt":
		byMethod(routeSpring)
	case ".py":
		for _, at := range routeDjango.FindAllStringSubmatchIndex(one.code, maxMatches) {
			if text(at, 2) != "include" {
				add("", "/"+text(at, 1), at[2])
			}
		}
		if strings.Contains(one.code, "tornado") {
			for _, at := range routeTornado.FindAllStringSubmatchIndex(one.code, maxMatches) {
				add("", text(at, 1), at[2])
			}
		}
	}
	return all
}

// nextFile is a file whose place is its path in Next.js.
var nextFile = regexp.MustCompile(`^(?:src/)?(?:pages(/api/.+?)(?:/index)?|app(/.+)/route)\.[jt]s$`)

// nextPath is the path of a file of Next.js; false for any other.
func nextPath(name string) (string, bool) {
	at := nextFile.FindStringSubmatch(name)
	if at == nil {
		return "", false
	}
	return cmp.Or(at[1], at[2]), true
}
