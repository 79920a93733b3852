"""What is learned from: files to arrays. No Qt."""
