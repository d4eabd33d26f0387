package suites

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/suites/judge"
	"github.com/seed-11445fa1/referee/suites/reference"
)

// ginkgoInside names the variable that makes TestGinkgoInside, which has to fail, run.
const ginkgoInside = "REFEREE_TEST_GINKGO"

// TestGinkgoInside is a team's own Ginkgo suite, with two receivers. Ginkgo keeps its tree
// in package variables and refuses some flags of go test, so that it is run by TestGinkgo,
// in a process of its own.
func TestGinkgoInside(t *testing.T) {
	if os.Getenv(ginkgoInside) == "" {
		t.Skip("run by TestGinkgo")
	}
	gomega.RegisterFailHandler(ginkgo.Fail)
	ginkgo.Describe("our webhooks", ginkgo.Label("webhooks"), func() {
		Register("the right one", played(""))
		Register("the credulous one", played("accepts-any-signature"))
	})
	ginkgo.RunSpecs(t, "our suite")
}

// played starts a platform and a receiver with this defect.
func played(mutant string) func(context.Context) (Env, error) {
	return func(context.Context) (Env, error) {
		platform, err := mockplatform.New(mockplatform.Options{})
		if err != nil {
			return Env{}, err
		}
		if err := platform.Start(context.Background()); err != nil {
			return Env{}, err
		}
		ginkgo.DeferCleanup(platform.Close)
		m, _ := reference.MutantByName(mutant)
		o := platform.Options()
		server, err := reference.Listen("127.0.0.1:0", reference.NewMutant(reference.Config{
			AppSecret: o.AppSecret, VerifyToken: o.VerifyToken, PageToken: o.PageToken, GraphURL: platform.GraphURL(), ReceiptsURL: platform.ReceiptsURL(),
		}, m))
		if err != nil {
			return Env{}, err
		}
		ginkgo.DeferCleanup(server.Close)
		return Env{Env: judge.Env{Platform: platform, URL: server.URL()}}, nil
	}
}

// TestGinkgo holds that what a Ginkgo user selects is judged, and nothing else, and that
// what is red fails.
func TestGinkgo(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		flags []string
		fails bool
		says  []string
		never []string
	}{
		{
			"labels", []string{"-ginkgo.label-filter=id:signature.missing || topic:handshake && level:MUST", "-ginkgo.v"}, true,
			[]string{
				"[FAIL] our webhooks the credulous one signature", "signature.missing\n", "It handles deliveries", "1 Failed", "fix:      Require X-Hub-Signature-256",
			},
			[]string{"[FAIL] our webhooks the right one"},
		},
		{"focus", []string{"-ginkgo.focus=the right one handshake"}, false, []string{"0 Failed"}, nil},
		{"the whole suite", []string{"-ginkgo.focus=our suite our webhooks the right one handshake"}, false, []string{"0 Failed"}, nil},
		{"dry run", []string{"-ginkgo.dry-run", "-ginkgo.label-filter=topic:referral"}, false, []string{"0 Failed"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			program, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), program, slices.Concat([]string{"-test.run=^TestGinkgoInside$", "-ginkgo.no-color"}, test.flags)...)
			cmd.Env = append(os.Environ(), ginkgoInside+"=1")
			out, err := cmd.CombinedOutput()
			if (err != nil) != test.fails {
				t.Errorf("it ended with %v", err)
			}
			for _, text := range test.says {
				if !strings.Contains(string(out), text) {
					t.Errorf("it does not say %q:\n%s", text, out)
				}
			}
			for _, text := range test.never {
				if strings.Contains(string(out), text) {
					t.Errorf("it says %q:\n%s", text, out)
				}
			}
		})
	}
}
