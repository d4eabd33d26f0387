package fixes

import (
	"net/http"
	"regexp"
	"strings"
)

// sign is a text that shows a stack.
type sign struct {
	stack Stack
	text  *regexp.Regexp
}

// signsInOutput are frames of a trace, and what frameworks say when they start. A
// path may be one of Windows.
var signsInOutput = []sign{
	{Nest, regexp.MustCompile(`node_modules[/\\]@nestjs[/\\]|\[Nest\] \d+`)},
	{NextRoute, regexp.MustCompile(`\.next[/\\](dev[/\\])?server[/\\]app[/\\]`)},
	{NextPages, regexp.MustCompile(`\.next[/\\](dev[/\\])?server[/\\]pages[/\\]`)},
	{nextJS, regexp.MustCompile(`node_modules[/\\]next[/\\]dist|▲ Next\.js`)},
	{Express, regexp.MustCompile(`node_modules[/\\]express[/\\]`)},
	{Fastify, regexp.MustCompile(`node_modules[/\\]fastify[/\\]`)},
	{Koa, regexp.MustCompile(`node_modules[/\\]koa[/\\]`)},
	{Hono, regexp.MustCompile(`node_modules[/\\](hono|@hono)[/\\]`)},
	{Lambda, regexp.MustCompile(`/var/task/\S+\.[cm]?js:\d+:\d+`)},
	{Node, regexp.MustCompile(`(?m)^\s+at .*\.[cm]?[jt]s:\d+:\d+\)?\s*$|\(?node:internal/`)},
	{Flask, regexp.MustCompile(`[/\\]flask[/\\]app\.py", line \d+| \* Serving Flask app`)},
	{FastAPI, regexp.MustCompile(`-packages[/\\]fastapi[/\\]`)},
	{Django, regexp.MustCompile(`[/\\]django[/\\]core[/\\]|-packages[/\\]django[/\\]|(?m)^Django version \d`)},
	{Python, regexp.MustCompile(`File "[^"]+\.py", line \d+`)},
	{Go, regexp.MustCompile(`(?m)json: cannot unmarshal \w+ into Go |^goroutine \d+ \[|\S\.go:\d+(:| |\)|$)`)},
	{Spring, regexp.MustCompile(`\borg\.springframework\.|:: Spring Boot ::`)},
	{java, regexp.MustCompile(`(?m)^\s+at [\w.$/<>]+\(\w+\.java:\d+\)`)},
	{Laravel, regexp.MustCompile(`[/\\]laravel[/\\]framework[/\\]|\bIlluminate\\`)},
	{PHP, regexp.MustCompile(`\.php on line \d+|\.php:\d+|\.php\(\d+\)`)},
	{Rails, regexp.MustCompile(`\bactionpack[ (-]|\brailties[ (-]|\bActionController::|=> Booting Puma\n=> Rails`)},
	{Sinatra, regexp.MustCompile(`[/\\]sinatra[/\\]base\.rb|== Sinatra `)},
	{ruby, regexp.MustCompile(`\.rb:\d+:in `)},
}

// inOutput are the stacks that show in what a receiver wrote.
func inOutput(output string) []Stack {
	var seen []Stack
	for _, s := range signsInOutput {
		if s.text.MatchString(output) {
			seen = append(seen, s.stack)
		}
	}
	return seen
}

// signsInHeader are what the headers of answers have. The server in front of a
// framework (gunicorn, uvicorn) shows its language only.
var signsInHeader = []struct {
	name string
	sign
}{
	{"X-Powered-By", sign{Express, regexp.MustCompile(`^Express$`)}},
	{"X-Powered-By", sign{nextJS, regexp.MustCompile(`^Next\.js`)}},
	{"X-Powered-By", sign{PHP, regexp.MustCompile(`^PHP\b`)}},
	{"Server", sign{PHP, regexp.MustCompile(`\bPHP/\d`)}},
	{"Server", sign{Flask, regexp.MustCompile(`^Werkzeug/`)}}, // what flask run serves with
	{"Server", sign{Python, regexp.MustCompile(`^(gunicorn|uvicorn|hypercorn|daphne|waitress|WSGIServer|TornadoServer)\b|\bC?Python/\d`)}},
	{"Server", sign{ruby, regexp.MustCompile(`^(WEBrick|thin|Puma)\b|\bRuby/\d`)}},
	{"X-Runtime", sign{Rails, regexp.MustCompile(`^\d+\.\d+$`)}},
	{"Set-Cookie", sign{Laravel, regexp.MustCompile(`^laravel_session=`)}},
	{"Set-Cookie", sign{java, regexp.MustCompile(`^JSESSIONID=`)}},
}

// inHeader are the stacks that show in the headers of a receiver's answers.
func inHeader(header http.Header) []Stack {
	var seen []Stack
	for name, values := range header { // not Get: its names may be in lower case
		for _, s := range signsInHeader {
			if strings.EqualFold(name, s.name) && s.text.MatchString(strings.Join(values, ", ")) {
				seen = append(seen, s.stack)
			}
		}
	}
	return seen
}
