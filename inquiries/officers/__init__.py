"""Officers: who may read inquiries, what changes of their accounts mean, and who answers when one can't."""
