/** Packet captures: pcap and pcapng read, pcapng written. Broken files end in a message with their offset. */
@NullMarked
package io.nfl.io.capture;

import org.jspecify.annotations.NullMarked;
