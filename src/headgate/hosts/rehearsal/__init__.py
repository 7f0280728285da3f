"""A rehearsal: a project deployed to AWS's services on this machine, its functions run, its samples sent through."""
