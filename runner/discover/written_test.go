package discover_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/discover"
)

// TestWritten reads bots with secrets in their source, as tutorials have them.
func TestWritten(t *testing.T) {
	for _, test := range []struct {
		name, file, source string
		want               []string
	}{
		{"node", "index.js", `const VERIFY_TOKEN = "my_hard_coded_token"`, []string{"verify token my_hard_coded_token (index.js:1)"}},
		{"node, in the function", "index.js", "app.get('/webhook', (req, res) => {\n  let VERIFY_TOKEN = \"<YOUR_VERIFY_TOKEN>\"\n", []string{"verify token <YOUR_VERIFY_TOKEN> (index.js:2)"}},
		{"node, compared", "index.js", "if (req.query['hub.verify_token'] === 'my_voice_is_my_password') {", []string{"verify token my_voice_is_my_password (index.js:1)"}},
		{"node, compared by a name that says little", "index.js", "const token = req.query['hub.verify_token']\nif (token !== 'abc') {", []string{"verify token abc (index.js:2)"}},
		{"node, a name that says little", "index.js", "const token = 'abc'\nif (req.query['hub.verify_token'] === token) {", []string{"verify token abc (index.js:1)"}},
		{"a library", "index.js", "new BootBot({\n  accessToken: 'EAAG1',\n  verifyToken: 'FB_VERIFY_TOKEN',\n  appSecret: 'hush'\n})", []string{"app secret  (index.js:4)", "verify token FB_VERIFY_TOKEN (index.js:3)", "page token  (index.js:2)"}},
		{"typescript", "bot.ts", "private readonly verifyToken: string = 'abc';", []string{"verify token abc (bot.ts:1)"}},
		{"the one of the handshake", "a/client.js", "const VERIFY_TOKEN = 'other'\n", []string{"verify token right (b/hook.js:1)"}},
		{"python", "app.py", "VERIFY_TOKEN = 'abc'\nPAGE_ACCESS_TOKEN = \"EAAG1\"\nAPP_SECRET = b'hush'\n", []string{"app secret  (app.py:3)", "verify token abc (app.py:1)", "page token  (app.py:2)"}},
		{"names as values", "app.py", "ACCESS_TOKEN = 'ACCESS_TOKEN'\nVERIFY_TOKEN = 'VERIFY_TOKEN'\n", []string{"verify token VERIFY_TOKEN (app.py:2)", "page token  (app.py:1)"}},
		{"python, compared", "app.py", `if request.args.get("hub.verify_token") == "abc":`, []string{"verify token abc (app.py:1)"}},
		{"go", "main.go", "const (\n\tverifyToken = \"abc\"\n)\nvar appSecret string = \"hush\"\n", []string{"app secret  (main.go:4)", "verify token abc (main.go:2)"}},
		{"go, compared", "main.go", "token := \"abc\"\nif r.URL.Query().Get(\"hub.verify_token\") != token {", []string{"verify token abc (main.go:1)"}},
		{"ruby", "app.rb", "VERIFY_TOKEN = 'abc'\n", []string{"verify token abc (app.rb:1)"}},
		{"sinatra", "app.rb", "set :verify_token, 'abc'\n", []string{"verify token abc (app.rb:1)"}},
		{"ruby, compared", "app.rb", "if params['hub.verify_token'] == 'abc'", []string{"verify token abc (app.rb:1)"}},
		{"php", "webhook.php", "$verify_token = \"abc\";\n", []string{"verify token abc (webhook.php:1)"}},
		{"php, defined", "webhook.php", "define('VERIFY_TOKEN', 'abc');\n", []string{"verify token abc (webhook.php:1)"}},
		{"php, compared", "webhook.php", "if ($_GET['hub_verify_token'] === 'abc') {", []string{"verify token abc (webhook.php:1)"}},
		{"java", "Bot.java", "private static final String VERIFY_TOKEN = \"abc\";", []string{"verify token abc (Bot.java:1)"}},

		{"a variable that is read", "index.js", "const VERIFY_TOKEN = 'abc'\nconst token = process.env.FB_VERIFY_TOKEN", nil},
		{"a default of a variable", "index.js", "const VERIFY_TOKEN = process.env.VERIFY_TOKEN || 'abc'", nil},
		{"a comment", "index.js", "// const VERIFY_TOKEN = 'abc'", nil},
		{"the name of the field", "index.js", "const VERIFY_TOKEN_FIELD = 'hub.verify_token', verifyToken = 'hub.verify_token', accessToken = 'access_token'", nil},
		{"a request for a handshake", "client.py", "params={'hub.verify_token': 'abc', 'hub.mode': 'subscribe'}", nil},
		{"a type", "index.js", "if (typeof verifyToken === 'undefined') {", nil},
		{"something else", "index.js", "const sessionSecret = 'hush', csrfToken = 'x', mode = 'subscribe'\nif (mode === 'subscribe' && req.query['hub.verify_token'] === config.token) {", nil},
		{"a part", "webhook.php", "$verify_token = 'abc' . $site;\n$verifyToken = \"abc$site\";\n", nil},
		{"a template", "index.js", "const verifyToken = `abc${site}`", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, map[string]string{test.file: test.source})
			if strings.Contains(test.file, "/") {
				write(t, dir, map[string]string{"b/hook.js": "const VERIFY_TOKEN = 'right'\nres.send(req.query['hub.challenge'])"})
			}
			names := map[discover.Meaning]string{discover.AppSecret: "app secret", discover.VerifyToken: "verify token", discover.PageToken: "page token"}
			var got []string
			for _, w := range read(t, dir).Written {
				got = append(got, fmt.Sprintf("%s %s (%s)", names[w.Meaning], w.Value, w.Evidence))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("it finds %q, expected %q", got, test.want)
			}
		})
	}
}
