package suttest

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// programs are those that conditions of scripts know, by what REFEREE_TEST_REQUIRE calls
// them.
var programs = map[string]string{"node": "node", "python": "python3", "docker": "docker", "php": "php"}

// Present is the condition of a script that needs a program: [needs:node]. Where
// REFEREE_TEST_REQUIRE names one that is not on this machine, that is an error.
func Present(condition string) (bool, error) {
	what, found := strings.CutPrefix(condition, "needs:")
	if !found {
		return false, fmt.Errorf("unknown condition %q", condition)
	}
	program := programs[what]
	if program == "" {
		return false, fmt.Errorf("no condition knows %q", what)
	}
	_, err := exec.LookPath(program)
	if err == nil && what == "docker" {
		err = exec.Command(program, "info").Run()
	}
	if err != nil && required(what) {
		return false, fmt.Errorf("REFEREE_TEST_REQUIRE names %s: %w", what, err)
	}
	return err == nil, nil
}

// required reports whether REFEREE_TEST_REQUIRE says that something has to be there.
func required(what string) bool {
	return slices.Contains(strings.Split(os.Getenv("REFEREE_TEST_REQUIRE"), ","), what)
}
