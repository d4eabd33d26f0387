package command

import (
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// Tree is every command with its flags, for whoever writes about them: manual pages, and
// completion for a shell. It is for reading; Main runs commands.
func Tree() *cobra.Command {
	return newRoot(&Host{
		Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard,
		LookupEnv: func(string) (string, bool) { return "", false }, Environ: func() []string { return nil },
	})
}
