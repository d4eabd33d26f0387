package graph

const (
	MaxBody   = maxBody
	MaxUpload = maxUpload
)
