"""What is looked at before an article is public: finders that read text alone, and what holds publication back."""
