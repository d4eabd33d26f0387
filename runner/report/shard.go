package report

// Shard is the part of a run that a result is of.
type Shard struct {
	Index int `json:"index"` // 1 for the first
	Of    int `json:"of"`
	// Receiver is the same for the shards of one receiver: a digest of how it was named and
	// started.
	Receiver string `json:"receiver"`
	// Settings is the same for shards that were judged by the same settings.
	Settings string `json:"settings"`
	// OfTheRun are the ids of the requirements that each shard judges, as they are about all
	// that is sent in a run: of the whole they are what they are in the worst of the shards.
	OfTheRun []string `json:"of_the_run,omitempty"`
}
