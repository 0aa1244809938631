"""Portrait: the drawn person that stands in until there is a real face; shared by face (mouths) and cam-out (idle clip)."""
