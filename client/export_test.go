package client

// Strict has a client refuse answers with attributes that it does not know.
func Strict(c *Client) { c.strict = true }

// LongestWait is beyond what a client waits for.
const LongestWait = longestWait

// LargestAnswer has a client read no more of an answer than so many bytes.
func LargestAnswer(n int) Option { return func(c *Client) { c.largest = int64(n) } }
