package bot_test

import (
	"context"
	"net/http/httptest"
	"testing"

	"example.com/stranger/bot"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/sut"
)

// served is a bot in the process of its test.
type served bot.Bot

func (s served) Start(_ context.Context, env sut.Environment) (sut.Running, error) {
	s.AppSecret, s.VerifyToken, s.PageToken, s.GraphURL = env.AppSecret, env.VerifyToken, env.PageToken, env.GraphURL
	server := httptest.NewServer(bot.Bot(s))
	return sut.Running{URL: server.URL, Stop: func() error { server.Close(); return nil }}, nil
}

func judge(t *testing.T, b bot.Bot) {
	t.Parallel()
	runner.Test(t, runner.Config{Receiver: served(b), Features: []string{"replies"}, Only: []string{"handshake", "signature.missing"}})
}

func TestBot(t *testing.T) { judge(t, bot.Bot{}) }

func TestCredulousBot(t *testing.T) { judge(t, bot.Bot{Credulous: true}) }
