package command

import (
	"errors"

	"github.com/spf13/cobra"
)

func newCompletion(h *Host) *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print completion for a shell: bash, zsh, fish or powershell",
		Long: `Print completion for a shell: bash, zsh, fish or powershell. With it, the Tab key
completes commands, flags, and the ids of variants, requirements and causes.`,
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
