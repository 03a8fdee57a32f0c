;;; thresher-eglot.el --- Thresher under Eglot -*- lexical-binding: t -*-

;;; Commentary:

;; Eglot 1.9 and newer; `thresher.el' loads this.

;;; Code:

(require 'eglot)
(require 'thresher)

(declare-function eglot--request "eglot")

(defclass thresher-eglot-server (eglot-lsp-server) ()
  "A language server that gives a command's edit as its result.")

(cl-defmethod eglot-initialization-options ((_server thresher-eglot-server))
  "What the user chose."
  (thresher--initialization-options))

(cl-defmethod eglot-client-capabilities ((_server thresher-eglot-server))
  "Those of Eglot, but for edits that the server begins: each would be asked about."
  (let* ((capabilities (copy-sequence (cl-call-next-method)))
         (workspace (copy-sequence (plist-get capabilities :workspace))))
    (plist-put capabilities :workspace (plist-put workspace :applyEdit :json-false))))

(defun thresher-eglot--perform (server command arguments)
  "Have SERVER execute COMMAND with ARGUMENTS, and make the edit that it gives."
  (let ((result (jsonrpc-request server :workspace/executeCommand
                                 (list :command (format "%s" command) :arguments arguments))))
    (cond ((or (plist-get result :documentChanges) (plist-get result :changes))
           (thresher--apply result))
          ((plist-get result :records) (message "%s" (thresher--sentence result))))))

;; A command of the menu of code actions; the name is that of older versions.
(cl-defmethod eglot-execute-command ((server thresher-eglot-server) command arguments)
  "Execute COMMAND with ARGUMENTS on SERVER."
  (thresher-eglot--perform server command arguments))

(when (fboundp 'eglot-execute)
  (cl-defmethod eglot-execute ((server thresher-eglot-server) action)
    "Do what ACTION, chosen from the menu of SERVER, is for."
    (let ((command (plist-get action :command)))
      (cond ((stringp command)
             (thresher-eglot--perform server command (plist-get action :arguments)))
            ((and command (not (plist-get action :edit)))
             (thresher-eglot--perform
              server (plist-get command :command) (plist-get command :arguments)))
            (t (cl-call-next-method))))))

(defun thresher-eglot--contact (&optional _interactive)
  "How the server is reached."
  (if thresher-connect
      (list 'thresher-eglot-server
            :process (lambda () (thresher--open-connection "thresher")))
    (cons 'thresher-eglot-server (thresher--command))))

(add-to-list 'eglot-server-programs '(thresher-jsonl-mode . thresher-eglot--contact))
(put 'thresher-jsonl-mode 'eglot-language-id "jsonl")

(defun thresher-eglot--start ()
  "Give this buffer to its project's server."
  (if (derived-mode-p 'thresher-jsonl-mode)
      (eglot-ensure)
    (let ((eglot-server-programs `((,major-mode . thresher-eglot--contact))))
      (call-interactively #'eglot))))

(defun thresher-eglot--stop ()
  "End this buffer's server."
  (eglot-shutdown (eglot-current-server)))

(defun thresher-eglot--restart ()
  "End this buffer's server and start it again, as it is to be reached now."
  (thresher-eglot--stop)
  (thresher-eglot--start))

(defun thresher-eglot--request (method params)
  "What the server answers to METHOD with PARAMS, after it has seen all changes."
  (if (fboundp 'eglot--request)
      (eglot--request (eglot-current-server) method params)
    (jsonrpc-request (eglot-current-server) method params :deferred t)))

(defvar eglot-move-to-linepos-function)

(defun thresher-eglot--move (character)
  "Go to CHARACTER, as the server counts them, of this line."
  (let ((tab-width 1))
    (funcall (if (boundp 'eglot-move-to-linepos-function)
                 eglot-move-to-linepos-function
               eglot-move-to-column-function)
             character)))

(defun thresher-eglot--uri ()
  "This buffer's URI."
  (plist-get (eglot--TextDocumentIdentifier) :uri))

(defun thresher-eglot--path (uri)
  "The path that URI names."
  (if (fboundp 'eglot-uri-to-path)
      (eglot-uri-to-path uri)
    (eglot--uri-to-path uri)))

(provide 'thresher-eglot)
;;; thresher-eglot.el ends here
