"""Every message and modal, as what is read and as what Slack gets."""
