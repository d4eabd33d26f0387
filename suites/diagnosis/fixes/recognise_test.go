package fixes_test

import (
	"io/fs"
	"net/http"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/seed-11445fa1/referee/suites/diagnosis/fixes"
)

// folder has files by name and text.
func folder(texts map[string]string) fs.FS {
	files := fstest.MapFS{}
	for name, text := range texts {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

// one is a folder with one file.
func one(name, text string) fs.FS {
	return folder(map[string]string{name: text})
}

func header(name, value string) http.Header {
	return http.Header{name: {value}}
}

const (
	expressTrace = "TypeError: Cannot read properties of undefined (reading 'id')\n" +
		"    at /srv/bot/server.js:23:31\n    at Layer.handle [as handle_request] (/srv/bot/node_modules/express/lib/router/layer.js:95:5)\n"
	nodeTrace  = "TypeError: x\n    at receive (file:///srv/bot/server.mjs:23:31)\n    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)\n"
	flaskTrace = "Traceback (most recent call last):\n  File \"/usr/lib/python3/dist-packages/flask/app.py\", line 2525, in wsgi_app\n" +
		"  File \"/srv/bot.py\", line 12, in webhook\nKeyError: 'messaging'\n"
	pythonTrace = "Traceback (most recent call last):\n  File \"/srv/bot.py\", line 12, in webhook\nKeyError: 'messaging'\n"
	goTrace     = "panic: runtime error: index out of range [0] with length 0\n\ngoroutine 18 [running]:\nmain.receive()\n\t/srv/bot/main.go:31 +0x1d\n"
)

func TestRecognise(t *testing.T) {
	for _, c := range []struct {
		name  string
		clues fixes.Clues
		want  fixes.Stack
	}{
		{"nothing", fixes.Clues{}, ""},
		{"an empty folder", fixes.Clues{Files: folder(nil)}, ""},

		// What it sends.
		{"express", fixes.Clues{Header: header("X-Powered-By", "Express")}, fixes.Express},
		{"lower case", fixes.Clues{Header: header("x-powered-by", "Express")}, fixes.Express},
		{"next without its folder", fixes.Clues{Header: header("X-Powered-By", "Next.js")}, fixes.NextRoute},
		{"php", fixes.Clues{Header: header("X-Powered-By", "PHP/8.2.7")}, fixes.PHP},
		{"php's own server", fixes.Clues{Header: header("Server", "Apache/2.4 PHP/8.2.7")}, fixes.PHP},
		{"werkzeug", fixes.Clues{Header: header("Server", "Werkzeug/3.0.1 Python/3.11.2")}, fixes.Flask},
		{"gunicorn", fixes.Clues{Header: header("Server", "gunicorn")}, fixes.Python},
		{"uvicorn", fixes.Clues{Header: header("Server", "uvicorn")}, fixes.Python},
		{"http.server", fixes.Clues{Header: header("Server", "BaseHTTP/0.6 Python/3.11.2")}, fixes.Python},
		{"django's server", fixes.Clues{Header: header("Server", "WSGIServer/0.2 CPython/3.11.2")}, fixes.Python},
		{"rails", fixes.Clues{Header: header("X-Runtime", "0.004211")}, fixes.Rails},
		{"laravel", fixes.Clues{Header: header("Set-Cookie", "laravel_session=abc; path=/")}, fixes.Laravel},
		{"another server", fixes.Clues{Header: header("Server", "nginx/1.22.1")}, ""},
		{"another framework", fixes.Clues{Header: header("X-Powered-By", "ASP.NET")}, ""},
		{"half a name", fixes.Clues{Header: header("X-Powered-By", "Expressive 2")}, ""},
		{"ruby alone", fixes.Clues{Header: header("Server", "WEBrick/1.8.1 (Ruby/3.1.2)")}, ""},
		{"java alone", fixes.Clues{Header: header("Set-Cookie", "JSESSIONID=1")}, ""},

		// What it writes.
		{"express's frames", fixes.Clues{Output: expressTrace}, fixes.Express},
		{"express's frames on Windows", fixes.Clues{Output: `at next (C:\bot\node_modules\express\lib\router\route.js:144:13)`}, fixes.Express},
		{"node's frames", fixes.Clues{Output: nodeTrace}, fixes.Node},
		{"nest's frames", fixes.Clues{Output: expressTrace + "    at /srv/bot/node_modules/@nestjs/core/router/router-proxy.js:9:23\n"}, fixes.Nest},
		{"nest on fastify", fixes.Clues{Output: "[Nest] 4711  - LOG\n at /srv/node_modules/fastify/lib/route.js:1:1"}, fixes.Nest},
		{"next's frames", fixes.Clues{Output: "    at POST (/srv/bot/.next/server/app/webhook/route.js:1:2030)\n    at /srv/node_modules/next/dist/x.js:1:1"}, fixes.NextRoute},
		{"next's pages", fixes.Clues{Output: "    at handler (/srv/bot/.next/server/pages/api/webhook.js:1:2030)\n"}, fixes.NextPages},
		{"fastify's frames", fixes.Clues{Output: "    at /srv/bot/node_modules/fastify/lib/handleRequest.js:1:2\n"}, fixes.Fastify},
		{"koa's frames", fixes.Clues{Output: "    at /srv/bot/node_modules/koa/lib/application.js:1:2\n"}, fixes.Koa},
		{"hono's frames", fixes.Clues{Output: "    at file:///srv/bot/node_modules/hono/dist/compose.js:1:2\n"}, fixes.Hono},
		{"lambda's frames", fixes.Clues{Output: "    at Runtime.handler (file:///var/task/index.mjs:12:3)\n"}, fixes.Lambda},
		{"flask's frames", fixes.Clues{Output: flaskTrace}, fixes.Flask},
		{"fastapi's frames", fixes.Clues{Output: `  File "/srv/venv/lib/python3.11/site-packages/fastapi/routing.py", line 274, in app`}, fixes.FastAPI},
		{"django's frames", fixes.Clues{Output: `  File "/usr/lib/python3/dist-packages/django/core/handlers/exception.py", line 55, in inner`}, fixes.Django},
		{"python's frames", fixes.Clues{Output: pythonTrace}, fixes.Python},
		{"go's panic", fixes.Clues{Output: goTrace}, fixes.Go},
		{"go's log", fixes.Clues{Output: "2026/11/28 09:00:00 main.go:31: no messaging\n"}, fixes.Go},
		{"spring's frames", fixes.Clues{Output: "\tat org.springframework.web.servlet.DispatcherServlet.doDispatch(DispatcherServlet.java:1089)\n"}, fixes.Spring},
		{"java's frames", fixes.Clues{Output: "\tat com.example.Bot.receive(Bot.java:31)\n"}, ""},
		{"php's message", fixes.Clues{Output: "PHP Warning:  Undefined array key \"messaging\" in /srv/webhook.php on line 12\n"}, fixes.PHP},
		{"laravel's frames", fixes.Clues{Output: "#3 /srv/vendor/laravel/framework/src/Illuminate/Routing/Route.php(205): x\n"}, fixes.Laravel},
		{"rails' frames", fixes.Clues{Output: "actionpack (7.1.2) lib/action_controller/metal/basic_implicit_render.rb:6:in `send_action'\n"}, fixes.Rails},
		{"sinatra's frames", fixes.Clues{Output: "/gems/sinatra-3.0.5/lib/sinatra/base.rb:1763:in `call'\n"}, fixes.Sinatra},
		{"ruby's frames", fixes.Clues{Output: "bot.rb:12:in `receive'\n"}, ""},
		{"a greeting", fixes.Clues{Output: "listening at http://127.0.0.1:3000/webhook\n"}, ""},
		{"words", fixes.Clues{Output: "an express train to python.org, go: flask, Rails of steel\n"}, ""},

		// What it is made of.
		{"package.json with express", fixes.Clues{Files: one("package.json", `{"dependencies":{"express":"^4"}}`)}, fixes.Express},
		{"package.json with fastify", fixes.Clues{Files: one("package.json", `{"dependencies":{"fastify":"^5"}}`)}, fixes.Fastify},
		{"package.json with koa", fixes.Clues{Files: one("package.json", `{"dependencies":{"koa":"^3"}}`)}, fixes.Koa},
		{"package.json with hono", fixes.Clues{Files: one("package.json", `{"dependencies":{"hono":"^4"}}`)}, fixes.Hono},
		{"package.json with nest", fixes.Clues{Files: one("package.json", `{"dependencies":{"@nestjs/core":"^11","express":"^5"}}`)}, fixes.Nest},
		{"package.json with nothing", fixes.Clues{Files: one("package.json", `{"name":"bot"}`)}, fixes.Node},
		{"package.json with another package", fixes.Clues{Files: one("package.json", `{"dependencies":{"express-session":"^1"}}`)}, fixes.Node},
		{"package.json for its tests", fixes.Clues{Files: one("package.json", `{"devDependencies":{"express":"^4"}}`)}, fixes.Node},
		{"package.json half written", fixes.Clues{Files: one("package.json", `{"dependencies":{"express"`)}, fixes.Node},
		{"package.json of another form", fixes.Clues{Files: one("package.json", `{"dependencies":["express"]}`)}, fixes.Node},
		{"package.json with two frameworks", fixes.Clues{Files: one("package.json", `{"dependencies":{"express":"^4","koa":"^3"}}`)}, ""},
		{"next with a route handler", fixes.Clues{Files: folder(map[string]string{
			"package.json": `{"dependencies":{"next":"^15","express":"^4"}}`, "src/app/api/webhook/route.ts": "", "pages/api/hello.ts": "",
		})}, fixes.NextRoute},
		{"next with pages", fixes.Clues{Files: folder(map[string]string{
			"package.json": `{"dependencies":{"next":"^13"}}`, "pages/api/webhook.js": "", "app/page.tsx": "",
		})}, fixes.NextPages},
		{"next with neither", fixes.Clues{Files: one("package.json", `{"dependencies":{"next":"^15"}}`)}, fixes.NextRoute},
		{"lambda", fixes.Clues{Files: one("package.json", `{"dependencies":{"@middy/core":"^6"}}`)}, fixes.Lambda},
		{"requirements.txt with flask", fixes.Clues{Files: one("requirements.txt", "requests\nFlask==3.0\n")}, fixes.Flask},
		{"requirements.txt with fastapi", fixes.Clues{Files: one("requirements.txt", "fastapi[standard]>=0.110\n")}, fixes.FastAPI},
		{"requirements.txt with django", fixes.Clues{Files: one("requirements.txt", "djangorestframework\n")}, fixes.Django},
		{"requirements.txt with a comment", fixes.Clues{Files: one("requirements.txt", "# no flask here\nrequests\n")}, fixes.Python},
		{"pyproject.toml", fixes.Clues{Files: one("pyproject.toml", "[project]\ndependencies = [\"requests\", \"flask>=3\"]\n")}, fixes.Flask},
		{"pyproject.toml of Poetry", fixes.Clues{Files: one("pyproject.toml", "[tool.poetry.dependencies]\nfastapi = \"^0.110\"\n")}, fixes.FastAPI},
		{"manage.py", fixes.Clues{Files: one("manage.py", "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'bot.settings')\n")}, fixes.Django},
		{"go.mod", fixes.Clues{Files: one("go.mod", "module bot\n")}, fixes.Go},
		{"pom.xml", fixes.Clues{Files: one("pom.xml", "<groupId>org.springframework.boot</groupId>")}, fixes.Spring},
		{"pom.xml without spring", fixes.Clues{Files: one("pom.xml", "<project/>")}, ""},
		{"build.gradle", fixes.Clues{Files: one("build.gradle.kts", `id("org.springframework.boot") version "3.2.0"`)}, fixes.Spring},
		{"composer.json", fixes.Clues{Files: one("composer.json", `{"require":{"laravel/framework":"^11.0"}}`)}, fixes.Laravel},
		{"composer.json without laravel", fixes.Clues{Files: one("composer.json", `{"require":{"slim/slim":"^4"}}`)}, fixes.PHP},
		{"Gemfile with rails", fixes.Clues{Files: one("Gemfile", "source 'x'\ngem \"rails\", \"~> 7\"\n")}, fixes.Rails},
		{"Gemfile with sinatra", fixes.Clues{Files: one("Gemfile", "gem 'sinatra'\n")}, fixes.Sinatra},
		{"Gemfile with neither", fixes.Clues{Files: one("Gemfile", "gem 'roda'\n")}, ""},
		{"Gemfile with rails commented out", fixes.Clues{Files: one("Gemfile", "# gem 'rails'\ngem 'sinatra'\n")}, fixes.Sinatra},

		// Several together: the most specific of those that agree.
		{"gunicorn and flask", fixes.Clues{Header: header("Server", "gunicorn"), Files: one("requirements.txt", "flask\n")}, fixes.Flask},
		{"uvicorn and fastapi", fixes.Clues{Header: header("Server", "uvicorn"), Output: pythonTrace, Files: one("requirements.txt", "fastapi\n")}, fixes.FastAPI},
		{"nest looks like express", fixes.Clues{Header: header("X-Powered-By", "Express"), Files: one("package.json", `{"dependencies":{"@nestjs/core":"^11"}}`)}, fixes.Nest},
		{"php and laravel", fixes.Clues{Header: header("X-Powered-By", "PHP/8.2"), Files: one("composer.json", `{"require":{"laravel/framework":"^11"}}`)}, fixes.Laravel},
		{"next and its pages", fixes.Clues{Header: header("X-Powered-By", "Next.js"), Files: folder(map[string]string{
			"package.json": `{"dependencies":{"next":"^15"}}`, "pages/api/webhook.js": "",
		})}, fixes.NextPages},
		{"a trace says more than a header", fixes.Clues{Header: header("Server", "gunicorn"), Output: flaskTrace}, fixes.Flask},
		{"a trace goes before files", fixes.Clues{Output: goTrace, Files: one("package.json", `{"dependencies":{"express":"^4"}}`)}, fixes.Go},
		{"a header goes before files", fixes.Clues{Header: header("X-Powered-By", "Express"), Files: one("requirements.txt", "flask\n")}, fixes.Express},
		{"a header decides between two", fixes.Clues{Header: header("X-Powered-By", "Express"), Files: one("package.json", `{"dependencies":{"express":"^4","next":"^15"}}`)}, fixes.Express},
		{"a trace of Node decides nothing", fixes.Clues{Output: nodeTrace, Files: one("package.json", `{"dependencies":{"koa":"^3"}}`)}, fixes.Koa},
		{"a framework beside tools", fixes.Clues{Files: folder(map[string]string{
			"package.json": `{"devDependencies":{"vite":"^5"}}`, "requirements.txt": "Django\n",
		})}, fixes.Django},
		{"two frameworks of two languages", fixes.Clues{Files: folder(map[string]string{
			"package.json": `{"dependencies":{"express":"^4"}}`, "requirements.txt": "flask\n",
		})}, ""},
		{"two languages", fixes.Clues{Files: folder(map[string]string{"go.mod": "module bot\n", "package.json": "{}"})}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := fixes.Recognise(c.clues)
			if got != c.want {
				t.Errorf("it is taken for %q, and is %q", got, c.want)
			}
			if got != "" && !slices.Contains(fixes.Stacks(), got) {
				t.Errorf("%q is no stack", got)
			}
		})
	}
}
