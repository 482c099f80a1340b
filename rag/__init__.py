"""What a document, a question and an answer are, and every stage that changes one."""
