"""Code that several deployables carry: access log, problem documents, deadlines, body checks."""
