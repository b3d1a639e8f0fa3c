"""Who speaks in the long conversations: inside is behind eth1, outside behind eth0 of the router."""
INSIDE, OUTSIDE, ROUTER = "192.168.1.10", "198.51.100.5", "203.0.113.2"
INSIDE6, OUTSIDE6, ROUTER6 = "2001:db8:2::10", "2001:db8:ffff::5", "2001:db8:1::2"
