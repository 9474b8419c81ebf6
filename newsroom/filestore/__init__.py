"""Where pictures and documents lie: this machine's folder, a folder that machines share, or a bucket."""
