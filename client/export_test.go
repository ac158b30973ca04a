package client

// Strict makes a client refuse answers with attributes that it does not know.
func Strict(c *Client) { c.strict = true }

// LongestWait is the longest that a client waits.
const LongestWait = longestWait

// LargestAnswer limits how many bytes of an answer a client reads.
func LargestAnswer(n int) Option { return func(c *Client) { c.largest = int64(n) } }
