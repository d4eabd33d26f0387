package discover_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/seed-11445fa1/referee/runner/discover"
)

// unpack writes a project of testdata into a folder.
func unpack(t *testing.T, name string) (dir string) {
	t.Helper()
	a, err := txtar.ParseFile(filepath.Join("testdata", name+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	if err := txtar.Write(a, dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func read(t *testing.T, dir string) discover.Project {
	t.Helper()
	p, err := discover.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// described is all that is known of a project, a fact a line.
func described(p discover.Project) []string {
	var lines []string
	for _, f := range []struct {
		name string
		fact discover.Fact
	}{{"command", p.Command}, {"build", p.BuildContext}, {"slow", p.Slow}, {"port", p.Port}, {"path", p.Path}} {
		if f.fact.Found() {
			lines = append(lines, fmt.Sprintf("%s: %s (%s)", f.name, f.fact.Value, f.fact.Evidence))
		}
	}
	names := map[discover.Meaning]string{
		discover.AppSecret: "app secret", discover.VerifyToken: "verify token", discover.PageToken: "page token",
		discover.PageID: "page id", discover.AppID: "app id", discover.GraphURL: "graph URL", discover.Port: "port variable", discover.Address: "address variable",
	}
	for _, v := range p.Variables {
		name := v.Name
		if v.Prefix != "" {
			name += "=" + v.Prefix
		}
		lines = append(lines, fmt.Sprintf("%s: %s%s (%s)", names[v.Meaning], name, v.Suffix, v.Evidence))
	}
	if p.PortUnknown {
		lines = append(lines, "the port is unknown")
	}
	for _, n := range p.Notes {
		lines = append(lines, "note: "+n)
	}
	return lines
}

// TestProjects reads projects as there are many in use.
func TestProjects(t *testing.T) {
	for name, want := range map[string][]string{
		"django": {
			"command: pipenv run python3 manage.py runserver --noreload $PORT (manage.py)",
			"path: /messenger/webhook/ (chat/urls.py:4)",
			"app secret: FACEBOOK_APP_SECRET (site/settings.py:4)",
			"verify token: FACEBOOK_VERIFY_TOKEN (site/settings.py:5)",
			"page token: FACEBOOK_PAGE_TOKEN (site/settings.py:6)",
			"note: it needs packages, by Pipfile; where they are not installed yet, run `pipenv install` first",
		},
		"docker-python": {
			"command: python -m bot --port 8000 (Dockerfile:6, CMD)",
			"port: 8000 (Dockerfile:6, CMD)",
			"path: /hooks/facebook (bot/web.py:7)",
			"app secret: FB_APP_SECRET (bot/web.py:3)",
			"verify token: FB_VERIFY_TOKEN (Dockerfile:2)",
		},
		"express-mounted": {
			"command: npm start (package.json:2, scripts.start)",
			"path: /bots/fb (src/routes/messenger.js:4)",
			"app secret: MESSENGER_APP_SECRET (src/settings.js:5)",
			"verify token: MESSENGER_VALIDATION_TOKEN (src/settings.js:6)",
			"page token: MESSENGER_PAGE_ACCESS_TOKEN (src/settings.js:7)",
			"page id: FACEBOOK_PAGE_ID (src/settings.js:8)",
			"port variable: HTTP_PORT (src/settings.js:2)",
			"note: its packages are not installed: there is no node_modules; run `npm install` first",
		},
		"express": {
			"command: node server.js (package.json:6, scripts.start)",
			"path: /webhook (server.js:11)",
			"app secret: FB_APP_SECRET (server.js:5)",
			"verify token: FB_VERIFY_TOKEN (server.js:13)",
			"page token: FB_PAGE_TOKEN (server.js:6)",
			"port variable: PORT (server.js:22)",
			"note: its packages are not installed: there is no node_modules; run `npm install` first",
		},
		"fastapi": {
			"command: uv run uvicorn bot.main:app --port $PORT (bot/main.py:5, FastAPI)",
			"path: /v1/messenger (bot/routers/messenger.py:9)",
			"app secret: BOT_APP_SECRET (bot/settings.py:8)",
			"verify token: BOT_VERIFY_TOKEN (bot/settings.py:9)",
			"page token: BOT_PAGE_TOKEN (bot/settings.py:10)",
			"note: it needs packages, by uv.lock; where they are not installed yet, run `uv sync` first",
		},
		"flask": {
			"command: python3 app.py (app.py, which serves when it is run)",
			"port: 5000 (app.py:31, which names no port)",
			"path: /callback (app.py:18)",
			"app secret: APP_SECRET (app.py:24)",
			"verify token: VERIFY_TOKEN (app.py:21)",
			"page token: PAGE_ACCESS_TOKEN (app.py:26)",
			"graph URL: GRAPH_API_URL/v18.0 (app.py:9)",
			"note: it needs packages, by requirements.txt; where they are not installed yet, run `pip install -r requirements.txt` first",
		},
		"go": {
			"command: go run ./cmd/bot (cmd/bot/main.go:11)",
			"slow: 2m (it is compiled first)",
			"port: 8090 (cmd/bot/main.go:16)",
			"path: /messenger (cmd/bot/main.go:13)",
			"app secret: FB_SECRET (cmd/bot/main.go:12)",
			"verify token: WEBHOOK_VERIFY_TOKEN (cmd/bot/main.go:12)",
			"page token: PAGE_TOKEN (cmd/bot/main.go:12)",
		},
		"image": {
			"build: . (Dockerfile)",
			"slow: 2m (the image is built first)",
			"port: 9000 (Dockerfile:6, EXPOSE)",
			"app secret: APP_SECRET (docker-compose.yml:6)",
			"verify token: VERIFY_TOKEN (docker-compose.yml:7)",
			"page token: PAGE_TOKEN (docker-compose.yml:8)",
		},
		"laravel": {
			"command: php artisan serve --port=$PORT (artisan)",
			"path: /api/messenger/webhook (routes/api.php:4)",
			"app secret: MESSENGER_APP_SECRET (config/services.php:4)",
			"verify token: MESSENGER_VERIFY_TOKEN (config/services.php:5)",
			"page token: MESSENGER_PAGE_TOKEN (config/services.php:6)",
			"graph URL: GRAPH_BASE_URL (config/services.php:7)",
			"note: its packages are not installed: there is no vendor/autoload.php; run `composer install` first",
		},
		"nest": {
			"command: node dist/main.js (package.json:4, scripts.start)",
			"path: /messenger/webhook (src/messenger/messenger.controller.ts:8)",
			"app secret: FB_APP_SECRET (src/messenger/messenger.controller.ts:16)",
			"verify token: FB_VERIFY_TOKEN (src/messenger/messenger.controller.ts:10)",
			"port variable: PORT (src/main.ts:6)",
			"note: its packages are not installed: there is no node_modules; run `pnpm install` first",
			"note: dist/main.js is not there yet; run `npm run build` first",
		},
		"next": {
			"command: npm start (package.json:5, scripts.start)",
			"path: /api/messenger/webhook (src/app/api/messenger/webhook/route.ts:1)",
			"app secret: META_APP_SECRET (src/app/api/messenger/webhook/route.ts:10)",
			"verify token: META_VERIFY_TOKEN (src/app/api/messenger/webhook/route.ts:5)",
			"page token: META_PAGE_ACCESS_TOKEN (.env.example:4)",
			"note: its packages are not installed: there is no node_modules; run `npm install` first",
		},
		"node-plain": {
			"command: node bot.mjs (bot.mjs, which listens)",
			"port: 1337 (bot.mjs:16)",
			"path: /fb/events (bot.mjs:9)",
			"app secret: FB_KEY (bot.mjs:4)",
			"verify token: HANDSHAKE (bot.mjs:4)",
			"page token: TOKEN (bot.mjs:4)",
		},
		"php": {
			"command: php -S 127.0.0.1:$PORT (webhook.php)",
			"path: /webhook.php (webhook.php)",
			"app secret: APP_SECRET (webhook.php:2)",
			"verify token: VERIFY_TOKEN (webhook.php:3)",
			"page token: PAGE_ACCESS_TOKEN (webhook.php:12)",
		},
		"python-plain": {
			"command: python3 bot.py (bot.py, which serves when it is run)",
			"path: /messenger/webhook (bot.py:13)",
			"app secret: FB_APP_SECRET (bot.py:7)",
			"verify token: FB_VERIFY_TOKEN (bot.py:15)",
			"port variable: PORT (bot.py:34)",
		},
		"rails": {
			"command: bin/rails server -p $PORT (bin/rails)",
			"path: /webhooks/messenger (config/routes.rb:5)",
			"app secret: MESSENGER_APP_SECRET (app/controllers/messenger_controller.rb:8)",
			"verify token: MESSENGER_VERIFY_TOKEN (app/controllers/messenger_controller.rb:3)",
		},
		"sinatra": {
			"command: bundle exec ruby web.rb -p $PORT (Procfile:2, web)",
			"path: /webhook (web.rb:4)",
			"app secret: APP_SECRET (web.rb:10)",
			"verify token: VERIFY_TOKEN (web.rb:5)",
			"page token: ACCESS_TOKEN (web.rb:11)",
		},
		"spring": {
			"command: ./mvnw -q spring-boot:run (pom.xml:5)",
			"slow: 2m (it is compiled first)",
			"path: /facebook/webhook (src/main/java/bot/WebhookController.java:13)",
			"app secret: MESSENGER_APPSECRET (src/main/java/bot/WebhookController.java:6)",
			"verify token: FB_VERIFY_TOKEN (src/main/resources/application.properties:2)",
			"page token: MESSENGER_PAGETOKEN (src/main/java/bot/WebhookController.java:8)",
			"port variable: SERVER_PORT (pom.xml:5, Spring Boot)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := described(read(t, unpack(t, name)))
			if !slices.Equal(got, want) {
				t.Errorf("it finds\n  %s\nexpected\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
			}
		})
	}
}
