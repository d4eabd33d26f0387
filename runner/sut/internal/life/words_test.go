package life

import "testing"

func TestPorts(t *testing.T) {
	for want, ports := range map[string][]int{"port 80": {80}, "ports 80, 443": {80, 443}} {
		if got := Ports(ports); got != want {
			t.Errorf("%v are %q, want %q", ports, got, want)
		}
	}
}
