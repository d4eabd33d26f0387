package graph

// featureReview is GET /{page}/messaging_feature_review. Nobody has submitted a feature,
// and then Meta's list is empty.
// https://developers.facebook.com/docs/messenger-platform/reference/messaging-feature-review-api
func (s *Server) featureReview(c *call) answer { return s.reply(c, plainList()) }
