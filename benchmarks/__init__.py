"""Speed and size, measured against a peer in the same run. A benchmark never decides a test."""
