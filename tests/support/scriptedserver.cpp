// SPDX-License-Identifier: Apache-2.0
#include "scriptedserver.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

namespace {

std::string readUntil(int socket, std::string& buffer, std::string_view end) {
    std::size_t found = 0;
    while ((found = buffer.find(end)) == std::string::npos) {
        char bytes[16384];
        const ssize_t got = ::recv(socket, bytes, sizeof bytes, 0);
        if (got <= 0) return {};
        buffer.append(bytes, static_cast<std::size_t>(got));
    }
    std::string head = buffer.substr(0, found + end.size());
    buffer.erase(0, found + end.size());
    return head;
}

}  // namespace

bool ScriptedServer::Connection::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

void ScriptedServer::Connection::answer(int status, std::string_view body, std::string_view extraHeaders) {
    write("HTTP/1.1 " + std::to_string(status) + " Status\r\nContent-Length: " + std::to_string(body.size()) +
          "\r\n" + std::string(extraHeaders) + "\r\n" + std::string(body));
}

void ScriptedServer::Connection::waitForClient() {
    char byte = 0;
    while (::recv(m_socket, &byte, 1, 0) > 0) {
    }
    m_isClosing = true;
}

ScriptedServer::ScriptedServer(Handler handler) : m_handler(std::move(handler)) {
    m_listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(m_listener, generic, size) != 0 || ::listen(m_listener, 64) != 0 ||
        ::getsockname(m_listener, generic, &size) != 0) {
        std::abort();
    }
    m_port = ntohs(address.sin_port);
    m_acceptor = std::thread([this] { accept(); });
}

ScriptedServer::~ScriptedServer() {
    {
        const std::scoped_lock lock(m_mutex);
        m_isEnding = true;
        for (const int socket : m_sockets) ::shutdown(socket, SHUT_RDWR);
    }
    m_released.notify_all();
    ::shutdown(m_listener, SHUT_RDWR);
    m_acceptor.join();
    for (std::thread& thread : m_threads) thread.join();
    for (const int socket : m_sockets) ::close(socket);
    ::close(m_listener);
}

std::string ScriptedServer::url(std::string_view path) const {
    return "http://127.0.0.1:" + std::to_string(m_port) + std::string(path);
}

std::vector<ScriptedServer::Request> ScriptedServer::requests() const {
    const std::scoped_lock lock(m_mutex);
    return m_requests;
}

int ScriptedServer::connections() const {
    const std::scoped_lock lock(m_mutex);
    return static_cast<int>(m_sockets.size());
}

void ScriptedServer::waitForRelease() {
    std::unique_lock lock(m_mutex);
    m_released.wait(lock, [this] { return m_isReleased || m_isEnding; });
}

void ScriptedServer::release() {
    const std::scoped_lock lock(m_mutex);
    m_isReleased = true;
    m_released.notify_all();
}

void ScriptedServer::answerHeld(Connection& to, std::string_view body) {
    to.write("HTTP/1.1 200 Status\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n");
    to.write(body.substr(0, body.size() / 2));
    waitForRelease();
    to.write(body.substr(body.size() / 2));
}

void ScriptedServer::accept() {
    while (true) {
        const int socket = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) return;
        const std::scoped_lock lock(m_mutex);
        m_sockets.push_back(socket);
        if (m_isEnding) return;
        m_threads.emplace_back([this, socket] { serve(socket); });
    }
}

void ScriptedServer::serve(int socket) {
    std::string buffer;
    Connection connection;
    connection.m_socket = socket;
    while (!connection.m_isClosing) {
        const std::string head = readUntil(socket, buffer, "\r\n\r\n");
        if (head.empty()) break;
        Request request;
        request.method = head.substr(0, head.find(' '));
        const std::size_t target = request.method.size() + 1;
        request.target = head.substr(target, head.find(' ', target) - target);
        for (std::size_t line = head.find("\r\n") + 2; line + 2 < head.size();) {
            const std::size_t end = head.find("\r\n", line);
            const std::size_t colon = head.find(':', line);
            if (colon < end) {
                std::string name = head.substr(line, colon - line);
                std::transform(name.begin(), name.end(), name.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
                const std::size_t value = std::min(head.find_first_not_of(' ', colon + 1), end);
                request.headers[name] = head.substr(value, end - value);
            }
            line = end + 2;
        }
        const auto length = request.headers.find("content-length");
        const std::size_t wanted =
            length == request.headers.end() ? 0 : std::strtoull(length->second.c_str(), nullptr, 10);
        while (buffer.size() < wanted) {
            char bytes[65536];
            const ssize_t got = ::recv(socket, bytes, sizeof bytes, 0);
            if (got <= 0) break;
            buffer.append(bytes, static_cast<std::size_t>(got));
        }
        request.body = buffer.substr(0, wanted);
        buffer.erase(0, wanted);
        {
            const std::scoped_lock lock(m_mutex);
            m_requests.push_back(request);
        }
        m_handler(request, connection);
    }
    ::shutdown(socket, SHUT_RDWR);
}
