// Package recorder is a reverse proxy between Meta and a receiver that keeps what
// passes: each request with its answer.
//
// It carries bytes, not messages. Each connection of a sender gets one to the
// receiver, and what comes on one side goes out on the other as it is: the order
// and the spelling of headers, chunks, 100-continue, early answers, half-closed
// and broken connections. Only a copy of the bytes is read as HTTP/1.1, for the
// record; what cannot be read has passed all the same. As no two senders ever
// share a connection to the receiver, what one of them smuggles into it reaches
// nobody else.
//
// It imports schemas, and of mockplatform package wire alone. The way of its data:
//
//	sender ─ conn ▶ receiver, and its answer back
//	  a copy ─ tap ▶ capture.Record ─ Options.Done ▶ capture.Writer
//	  in the writer's goroutine: Check the signatures ─ anonymise ▶ a line of the capture
package recorder
