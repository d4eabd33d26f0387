package config_test

import (
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/config"
)

// loadWith loads from variables alone, as a process has them.
func loadWith(t *testing.T, environ ...string) error {
	t.Helper()
	variables := map[string]string{}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		variables[name] = value
	}
	flags := every(t)
	flags.Bool("dry-run", false, "")
	flags.Bool("help", false, "")
	_, err := config.Load(config.Options{
		Flags: flags, Environ: environ, LookupEnv: environment(variables),
		Known:   []string{"REFEREE_GRAPH_URL", "REFEREE_CONSOLE"},
		Foreign: func(name string) bool { return strings.HasPrefix(name, "REFEREE_TEST_") },
	})
	return err
}

func TestUnknownVariables(t *testing.T) {
	const none = "is none of Referee's; "
	for name, says := range map[string]string{
		"REFEREE_ULR":            none + "did you mean REFEREE_URL? correct its name, or unset it",
		"REFEREE_APP_SECERT":     none + "did you mean REFEREE_APP_SECRET?",
		"REFEREE_DRYRUN":         none + "did you mean REFEREE_DRY_RUN?",
		"REFEREE_READY_TIMOUT":   none + "did you mean REFEREE_READY_TIMEOUT?",
		"REFEREE_CONSOL":         none + "did you mean REFEREE_CONSOLE?",
		"REFEREE_TOKEN":          none + "did you mean REFEREE_PAGE_TOKEN?",
		"REFEREE_BOT_IMAGE":      none + "did you mean REFEREE_IMAGE?",
		"REFEREE_HELP":           none,
		"REFEREE_":               none + "unset it, or correct its name: `referee run --help` lists the flags",
		"REFEREE_SOMETHING_ELSE": none,
	} {
		for _, value := range []string{"x", ""} {
			err := loadWith(t, name+"="+value)
			if err == nil || !strings.HasPrefix(err.Error(), "the environment variable "+name+" "+says) {
				t.Errorf("%s=%s: got %v, want %q", name, value, err, says)
			}
		}
	}
}

func TestOtherVariables(t *testing.T) {
	err := loadWith(t, "referee_seed=1", "REFEREE=x", "PATHS=x", "=C:=x", "REFEREE_TEST_REQUIRE=", "REFEREE_TEST_ANY=x",
		"REFEREE_GRAPH_URL=u", "REFEREE_CONSOLE=x", "REFEREE_APP_SECRET=s", "REFEREE_DRY_RUN=true")
	if err != nil {
		t.Error(err)
	}
}

// All of them are told at once, the empty ones first.
func TestEmptyVariables(t *testing.T) {
	err := loadWith(t, "REFEREE_ULR=", "REFEREE_URL=", "REFEREE_DRY_RUN=", "REFEREE_GRAPH_URL=")
	want := `the environment variable REFEREE_DRY_RUN is set and empty; give it a value, or unset it
the environment variable REFEREE_GRAPH_URL is set and empty; give it a value, or unset it
the environment variable REFEREE_URL is set and empty; give it a value, or unset it
the environment variable REFEREE_ULR is none of Referee's; did you mean REFEREE_URL? correct its name, or unset it`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}
