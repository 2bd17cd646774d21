// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/loopbackport.h"

#include "backends/platform/files.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

namespace slipway {

Result<int> freeLoopbackPort() {
    const UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    struct sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* raw = reinterpret_cast<struct sockaddr*>(&address);
    if (!socket.isOpen() || ::bind(socket.get(), raw, size) != 0 ||
        ::getsockname(socket.get(), raw, &size) != 0) {
        return errnoError("cannot find a free port", errno);
    }
    return ntohs(address.sin_port);
}

}  // namespace slipway
