package sut

import "github.com/seed-11445fa1/referee/mockplatform/intercept"

// ContainerHost is the name under which a container knows the machine of its engine.
const ContainerHost = "host.docker.internal"

// PlatformHosts are the names under which receivers call the platform besides the
// address of its listener: Meta's, where interception or the user leads them here, and
// those by which containers of Docker, Docker Desktop and Podman know this machine. No
// page in a browser can let one of them lead here.
func PlatformHosts() []string {
	return append(intercept.MetaHosts(), ContainerHost, "gateway.docker.internal", "host.containers.internal")
}
