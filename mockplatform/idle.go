package mockplatform

import (
	"context"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
)

// OpenIdle opens n connections to a webhook and sends nothing on them; see
// delivery.Client. The journal does not show them. The caller closes them.
func (p *Platform) OpenIdle(ctx context.Context, webhook string, n int) (*delivery.Idle, error) {
	return p.client.OpenIdle(ctx, webhook, n)
}
