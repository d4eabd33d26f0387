package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"golang.org/x/term"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/config"
)

// maxQuestions is how many questions somebody is asked at most.
const maxQuestions = 3

// question is asked where the project does not say something.
type question struct {
	text string
	// line makes a setting of the answer.
	line func(answer string) (config.Line, error)
}

// variableName fits the name of an environment variable.
var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// questions are about what is missing, the most important first.
func (c *choice) questions() []question {
	var all []question
	setting := func(key, value string) (config.Line, error) {
		return config.Line{Key: key, Value: value, Beside: "as answered"}, nil
	}
	if !c.receiver() {
		all = append(all, question{"What starts the bot in this folder, such as node server.js? (empty: say it later) ", func(answer string) (config.Line, error) {
			return setting("command", answer)
		}})
	}
	if p := c.project.Path; !p.Found() || c.project.Unsure != "" {
		text := "On which path is its webhook? (empty: /webhook) "
		if p.Found() {
			text = fmt.Sprintf("On which path is its webhook? %s has %s, and %s. (empty: %[2]s) ", oneLine(p.Evidence), oneLine(p.Value), oneLine(c.project.Unsure))
		}
		all = append(all, question{text, func(answer string) (config.Line, error) {
			return setting("path", "/"+strings.TrimLeft(answer, "/"))
		}})
	}
	for _, n := range needed() {
		if !c.lacks(n.meaning) {
			continue
		}
		all = append(all, question{fmt.Sprintf("Which variable does it read the %s from? (empty: none) ", n.name), func(answer string) (config.Line, error) {
			if !variableName.MatchString(answer) {
				return config.Line{}, fmt.Errorf("%q is not the name of a variable, such as FB_APP_SECRET; nothing was written", answer)
			}
			return setting("env."+answer, placeholders[n.meaning])
		}})
	}
	return all[:min(len(all), maxQuestions)]
}

// ask asks what the project does not say. Who has no answer goes on without; who interrupts
// it ends it.
func (c *choice) ask(ctx context.Context, in io.Reader, out io.Writer) error {
	answers := bufio.NewReader(in)
	for _, q := range c.questions() {
		if _, err := io.WriteString(out, q.text); err != nil {
			return trouble(err)
		}
		answer, err := nextLine(ctx, answers)
		switch {
		case ctx.Err() != nil:
			// What the terminal shows of Ctrl-C stands behind the question.
			_, err := io.WriteString(out, "\n")
			return errors.Join(&exit{code: runner.ExitInterrupted, err: errors.New("interrupted; nothing was written")}, trouble(err))
		case err != nil && !errors.Is(err, io.EOF):
			return trouble(fmt.Errorf("read the answer: %w", err))
		}
		if answer = strings.TrimSpace(answer); answer == "" {
			continue
		}
		line, err := q.line(answer)
		if err != nil {
			return err
		}
		c.answered = append(c.answered, line)
	}
	return nil
}

// nextLine reads a line, and waits for it no longer than ctx: nothing else ends the reading
// of a terminal.
func nextLine(ctx context.Context, lines *bufio.Reader) (string, error) {
	type result struct {
		line string
		err  error
	}
	came := make(chan result, 1)
	go func() {
		line, err := lines.ReadString('\n')
		came <- result{line, err}
	}()
	select {
	case r := <-came:
		return r.line, r.err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// person is whoever sits before the terminal that is read from; false where nobody does.
func (h *Host) person() (io.Reader, bool) {
	file, ok := h.Stdin.(*os.File)
	return h.Stdin, ok && term.IsTerminal(int(file.Fd()))
}
