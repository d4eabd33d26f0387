package config_test

import (
	"os"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/config"
)

// quoting is the advice for what is no YAML.
const quoting = "; put a value with \": \", brackets or other signs in quotes; `referee init --output -` shows a whole file"

func TestFilesThatAreRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		file string
		want []string
	}{
		"a slip of the keyboard": {"seed: 1\n\ncomand: node server.js", []string{
			"referee.yaml:3:1: unknown key \"comand\"; did you mean \"command\"? `referee init --output -` shows all keys"}},
		"other habits of writing": {"appSecret: s\nverify_token: t", []string{
			"referee.yaml:1:1: unknown key \"appSecret\"; did you mean \"app-secret\"? `referee init --output -` shows all keys",
			"referee.yaml:2:1: unknown key \"verify_token\"; did you mean \"verify-token\"? `referee init --output -` shows all keys"}},
		"nothing like a setting": {"debug: 3", []string{
			"referee.yaml:1:1: unknown key \"debug\"; `referee init --output -` shows all keys"}},
		"a word that has a setting's letters in its middle": {"parallel: many", []string{
			"referee.yaml:1:1: unknown key \"parallel\"; `referee init --output -` shows all keys"}},
		"no merging": {"<<: {url: x}", []string{
			"referee.yaml:1:1: unknown key \"<<\"; `referee init --output -` shows all keys"}},
		"twice": {"seed: 1\nurl: a\nseed: 2", []string{
			`referee.yaml:3:1: "seed" is there twice, first on line 1; delete one of them`}},
		"twice in a map": {"env:\n  A: a\n  A: b", []string{
			`referee.yaml:3:3: "A" is there twice, first on line 2; delete one of them`}},
		"a key that is no word": {"? [a]\n: b", []string{
			`referee.yaml:1:3: a key is a list, must be a string`}},

		"a number for a string": {"page-id: 104508901353867", []string{
			`referee.yaml:1:10: "page-id" is a whole number, must be a string such as "104508901353867"; put it in quotes`}},
		"a date for a string": {"probe: 2026-01-02", []string{
			`referee.yaml:1:8: "probe" is a date, must be a string such as postback.get-started; put it in quotes`}},
		"a list for a string": {"command: [node, server.js]", []string{
			`referee.yaml:1:10: "command" is a list, must be a string such as node server.js`}},
		"nothing for a string": {"url:", []string{
			`referee.yaml:1:5: "url" is empty, must be a string such as http://localhost:3000/webhook; write "" for an empty one`}},
		"a tag of its own": {"url: !env URL", []string{
			`referee.yaml:1:6: "url" is tagged !env, must be a string such as http://localhost:3000/webhook; put it in quotes`}},
		"not a truth value": {"strict: yes", []string{
			`referee.yaml:1:9: "strict" is a string, must be true or false`}},
		"not quite a truth value": {"strict: !!bool maybe", []string{
			`referee.yaml:1:9: "strict" is "maybe", must be true or false`}},
		"not a whole number": {"seed: 1.5", []string{
			`referee.yaml:1:7: "seed" is a number, must be a whole number such as 7`}},
		"too large a number": {"seed: 10000000000000000000", []string{
			`referee.yaml:1:7: "seed" is 10000000000000000000, which is too large; give 9223372036854775807 at most`}},
		"one that even YAML takes for a fraction": {"seed: 99999999999999999999", []string{
			`referee.yaml:1:7: "seed" is 99999999999999999999, which is too large; give 9223372036854775807 at most`}},
		"too small a number": {"seed: -99999999999999999999", []string{
			`referee.yaml:1:7: "seed" is -99999999999999999999, which is too small; give -9223372036854775808 at least`}},
		"no number at all": {"patience: .nan", []string{
			`referee.yaml:1:11: "patience" is ".nan", must be a number such as 2.5`}},
		"a duration without a unit": {"ready-timeout: 5", []string{
			`referee.yaml:1:16: "ready-timeout" is a whole number, must be a duration such as 2m`}},
		"not a duration": {"ready-timeout: soon", []string{
			`referee.yaml:1:16: "ready-timeout" is "soon", must be a duration such as 2m`}},
		"not a list": {"skip: signature", []string{
			`referee.yaml:1:7: "skip" is a string, must be a list of strings such as [envelope.*]`}},
		"items of other types": {"only:\n- signature\n- 1\n-\n- [a]", []string{
			`referee.yaml:3:3: an item of "only" is a whole number, must be a string; put it in quotes`,
			`referee.yaml:4:2: an item of "only" is empty, must be a string; write "" for an empty one`,
			`referee.yaml:5:3: an item of "only" is a list, must be a string`}},
		"not a map": {"env: [A=b]", []string{
			`referee.yaml:1:6: "env" is a list, must be names with values such as {FB_APP_SECRET: "{{.AppSecret}}", FB_VERIFY_TOKEN: "{{.VerifyToken}}"}`}},
		"variables that cannot be": {"env:\n  A:\n  B: {}\n  C=D: e\n  F: \"\\0\"", []string{
			`referee.yaml:2:5: "env.A" is empty, must be a string; write "" for an empty one`,
			`referee.yaml:3:6: "env.B" is keys with values, must be a string`,
			`referee.yaml:4:3: "C=D" is not the name of an environment variable`,
			`referee.yaml:5:3: the value of F has a NUL, which no environment variable can hold`}},
		"an alias to what it is in": {"only: &x [*x]", []string{
			`referee.yaml:1:7: an item of "only" is a list, must be a string`}},

		"two receivers": {"url: a\ncommand: b", []string{
			`referee.yaml:1 and referee.yaml:2: both say what is judged; give one of url and command`}},
		"an empty receiver": {`url: " "`, []string{
			`referee.yaml:1: url is empty; give it a value or leave it out`}},
		"a receiver that turns out to be empty": {"command: ${EMPTY}", []string{
			`referee.yaml:1: command is empty; give it a value or leave it out`}},

		"a variable that is not set": {"seed: 1\napp-secret: x${NOPE}", []string{
			`referee.yaml:2:13: the environment variable NOPE is not set; set it, or write ${NOPE:-default}, or $${ where a dollar is meant`}},
		"in a list and in a map": {"only: [a, \"${NOPE}\"]\nenv:\n  A: ${NOPE}", []string{
			`referee.yaml:1:11: the environment variable NOPE is not set; set it, or write ${NOPE:-default}, or $${ where a dollar is meant`,
			`referee.yaml:3:6: the environment variable NOPE is not set; set it, or write ${NOPE:-default}, or $${ where a dollar is meant`}},
		"a variable of another type": {"seed: ${WORD}", []string{
			`referee.yaml:1:7: "seed", with the environment in it, must be a whole number such as 7`}},
		"a brace that is open": {"url: ${WORD", []string{
			`referee.yaml:1:6: ${ has no }; write $${ where a dollar is meant`}},

		"empty": {"", []string{
			"referee.yaml is empty; delete it, or let `referee init --force` write one"}},
		"only spaces": {" \n\n", []string{
			"referee.yaml is empty; delete it, or let `referee init --force` write one"}},
		"a tab": {"env:\n\tA: b", []string{
			`referee.yaml:2:1: a tab indents this line; YAML is indented with spaces`}},
		"a tab behind spaces": {"env:\n  \tA: b\n  \tC: d", []string{
			`referee.yaml:2:3: a tab indents this line; YAML is indented with spaces`}},
		"two documents": {"seed: 1\n---\nseed: 2", []string{
			`referee.yaml:2:1: a second document begins; a configuration is one`}},
		"a broken second document": {"seed: 1\n---\nurl: [", []string{
			`referee.yaml:3: not YAML: did not find expected node content` + quoting}},
		"a list of settings": {"- seed: 1", []string{
			`referee.yaml:1:1: this is a list; a configuration has keys and values, such as "url: http://localhost:3000/webhook"`}},
		"prose": {"hello", []string{
			`referee.yaml:1:1: this is a string; a configuration has keys and values, such as "url: http://localhost:3000/webhook"`}},
		"a bracket that is open": {"only: [a", []string{
			`referee.yaml:1: not YAML: did not find expected ',' or ']'` + quoting}},
		"two values on a line": {"seed: 1\nurl: a: b", []string{
			`referee.yaml:2: not YAML: mapping values are not allowed in this context` + quoting}},
		"UTF-16": {"\xff\xfeu\x00r\x00l\x00", []string{
			`referee.yaml is in UTF-16; save it as UTF-8`}},
		"Latin-1": {"seed: 1\nprobe: caf\xe9", []string{
			`referee.yaml:2:11: the byte 0xe9 is not UTF-8; save the file as UTF-8`}},
		"a control character": {"probe: ä\x1b[2J", []string{
			`referee.yaml:1:9: a control character, U+001B; write it as an escape inside double quotes`}},
		"10 MB": {strings.Repeat("a", 10<<20), []string{
			`referee.yaml is longer than 1 MiB: this is no configuration`}},
		"deep": {"only: " + strings.Repeat("[", 1<<19), []string{
			`referee.yaml:1: not YAML: exceeded max depth of 10000` + quoting}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(t, tc.file, map[string]string{"WORD": "hush", "EMPTY": ""})
			if err == nil {
				t.Fatal("it was accepted")
			}
			if want := strings.Join(tc.want, "\n"); err.Error() != want {
				t.Errorf("got\n%v\nwant\n%s", err, want)
			}
		})
	}
}

// What cannot be deleted is not to be.
func TestAnEmptyDeviceIsNoFile(t *testing.T) {
	_, err := config.ReadYAML(os.DevNull)
	if want := os.DevNull + " is empty, and nothing that could be written into; name a file that has something in it"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestFilesThatAreRead(t *testing.T) {
	for name, tc := range map[string]struct{ file, key, want, origin string }{
		"a string":              {"# first\nprobe: 'text'", "probe", "text", "referee.yaml:2"},
		"an alias":              {"probe: &a text\npath: *a", "path", "text", "referee.yaml:2"},
		"byte order mark":       {"\ufeffprobe: text", "probe", "text", "referee.yaml:1"},
		"Windows line ends":     {"seed: 1\r\nprobe: text\r\n", "probe", "text", "referee.yaml:2"},
		"markers of a document": {"---\nprobe: text\n...\n", "probe", "text", "referee.yaml:2"},
		"tabs between words":    {"probe:\ttext\t# comment", "probe", "text", "referee.yaml:1"},
		"a folded text":         {"command: >-\n  node\n  server.js", "command", "node server.js", "referee.yaml:1"},
		"quoted digits":         {`page-id: "007"`, "page-id", "007", "referee.yaml:1"},
		"a variable":            {"probe: a-${WORD}-b", "probe", "a-hush-b", "referee.yaml:1"},
		"a default":             {"probe: ${NOPE:-x:-y}", "probe", "x:-y", "referee.yaml:1"},
		"a default for empty":   {"probe: ${EMPTY:-x}", "probe", "x", "referee.yaml:1"},
		"an empty variable":     {"probe: a${EMPTY}", "probe", "a", "referee.yaml:1"},
		"a number from outside": {"seed: ${NUMBER}", "seed", "42", "referee.yaml:1"},
		"a list from outside":   {"only: ${LIST}", "only", "[a b]", "referee.yaml:1"},
		"an item from outside":  {`only: ["${LIST}", c]`, "only", "[a,b c]", "referee.yaml:1"},
		"dollars":               {`ready-log: '$5 $$ $${WORD} $(x) ready$'`, "ready-log", "$5 $ ${WORD} $(x) ready$", "referee.yaml:1"},
		"nothing is read twice": {"probe: ${TEMPLATE}", "probe", "${WORD}", "referee.yaml:1"},
		"a hexadecimal number":  {"seed: 0x10", "seed", "16", "referee.yaml:1"},
		"a number as text":      {"env:\n  A: 0x10", "env.A", "0x10", "referee.yaml:2"},
		"a truth as text":       {"env: {A: True}", "env.A", "True", "referee.yaml:1"},
		"a list without items":  {"only: []", "only", "[]", "referee.yaml:1"},
		"a duration":            {"ready-timeout: 1h0m90s", "ready-timeout", "1h1m30s", "referee.yaml:1"},
		"only comments":         {"# seed: 7", "seed", "1", "default"},
		"null":                  {"null", "seed", "1", "default"},
		"a document of nothing": {"---\n", "seed", "1", "default"},
	} {
		t.Run(name, func(t *testing.T) {
			all, err := load(t, tc.file, map[string]string{
				"WORD": "hush", "EMPTY": "", "NUMBER": "42", "LIST": "a,b", "TEMPLATE": "${WORD}",
			})
			if err != nil {
				t.Fatal(err)
			}
			if s := setting(t, all, tc.key); text(s.Value) != tc.want || s.Origin != tc.origin {
				t.Errorf("%s is %q from %q, want %q from %q", tc.key, text(s.Value), s.Origin, tc.want, tc.origin)
			}
		})
	}
}
