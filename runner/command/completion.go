package command

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites"
)

func newCompletion(h *Host) *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print completion for a shell: bash, zsh, fish or powershell",
		Long: `Print completion for a shell: bash, zsh, fish or powershell. With it, the Tab key
completes commands, flags, variants and requirements.`,
		Example: `  source <(referee completion bash)
  referee completion zsh > "${fpath[1]}/_referee"
  referee completion fish > ~/.config/fish/completions/referee.fish
  referee completion powershell | Out-String | Invoke-Expression`,
		DisableFlagsInUseLine: true,
		ValidArgs:             shells,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				return nil
			}
			return errors.New("for which shell? give one of bash, zsh, fish, powershell")
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return trouble(root.GenBashCompletionV2(h.Stdout, true))
			case "zsh":
				return trouble(root.GenZshCompletion(h.Stdout))
			case "fish":
				return trouble(root.GenFishCompletion(h.Stdout, true))
			case "powershell":
				return trouble(root.GenPowerShellCompletionWithDesc(h.Stdout))
			}
			return unknown("completion for the shell", args[0], shells, "referee completion --help")
		},
	}
}

// mustComplete completes the value of a flag from a list. It panics where there
// is no such flag.
func mustComplete(cmd *cobra.Command, flag string, names func() []string) {
	if err := cmd.RegisterFlagCompletionFunc(flag, completing(names)); err != nil {
		panic("command: completion for " + cmd.Name() + ": " + err.Error())
	}
}

// completing completes a word from a list that is made when it is needed.
func completing(names func() []string) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return names(), cobra.ShellCompDirectiveNoFileComp
	}
}

func variantIDs() []string { return idsOf(schemas.Everything()) }

func idsOf(c *schemas.Catalogue) []string {
	var ids []string
	for _, v := range c.All() {
		ids = append(ids, v.ID)
	}
	return ids
}

func features() []string {
	var names []string
	for _, f := range suites.Features() {
		names = append(names, string(f))
	}
	return names
}

func requirementIDs() []string { return requirementIDsOf(schemas.Everything()) }

func requirementIDsOf(c *schemas.Catalogue) []string {
	var ids []string
	for _, r := range suites.RequirementsOf(c) {
		ids = append(ids, r.ID)
	}
	return ids
}
