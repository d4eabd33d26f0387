package docker

import (
	"context"
	"errors"

	"github.com/moby/moby/client"
)

// CanRun reports why no image can be started here; nil if one can.
func CanRun(ctx context.Context) error {
	e, err := connect(ctx)
	if err != nil {
		return err
	}
	if _, err = e.Client().Ping(ctx, client.PingOptions{}); err != nil {
		err = noEngine(err)
	}
	return errors.Join(err, e.Close())
}
