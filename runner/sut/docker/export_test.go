package docker

// OwnedContainer is the label of the containers of this process.
func OwnedContainer() string { return ownerLabel + "=" + owner() }
