"""Pages of the admin that belong to no app: navigation, first page, search, and questions to Administrators."""
