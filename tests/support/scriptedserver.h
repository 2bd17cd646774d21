// SPDX-License-Identifier: Apache-2.0
// A small HTTP/1.1 server on a loopback port whose answers a test writes byte by byte, so that every fault can be played:
// cut anywhere, slow, malformed. Each connection has a thread; the handler runs there and may block on waitForRelease().
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

class ScriptedServer {
public:
    struct Request {
        std::string method;
        std::string target;
        std::map<std::string, std::string> headers;  // names lower case
        std::string body;
    };

    class Connection {
    public:
        // False once the client is gone.
        bool write(std::string_view bytes);
        void answer(int status, std::string_view body, std::string_view extraHeaders = {});
        // Ends the connection after the handler returns.
        void close() { m_isClosing = true; }
        // Blocks until the client closes its side, or the server ends.
        void waitForClient();

    private:
        friend class ScriptedServer;
        int m_socket = -1;
        bool m_isClosing = false;
    };

    using Handler = std::function<void(const Request&, Connection&)>;

    explicit ScriptedServer(Handler handler);
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;
    ~ScriptedServer();

    std::string url(std::string_view path) const;
    std::uint16_t port() const { return m_port; }
    std::vector<Request> requests() const;
    int connections() const;

    // A gate for handlers: waitForRelease() returns after release() or at the server's end.
    void waitForRelease();
    void release();
    // 200 with `body`, of which the second half waits for release().
    void answerHeld(Connection& to, std::string_view body);

private:
    void accept();
    void serve(int socket);

    Handler m_handler;
    int m_listener = -1;
    std::uint16_t m_port = 0;
    std::thread m_acceptor;
    mutable std::mutex m_mutex;
    std::condition_variable m_released;
    bool m_isReleased = false;
    bool m_isEnding = false;
    std::vector<Request> m_requests;
    std::vector<int> m_sockets;
    std::list<std::thread> m_threads;
};
