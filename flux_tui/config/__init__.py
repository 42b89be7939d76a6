"""Settings, profiles and folders."""
