;;; thresher-options.el --- What can be chosen, and how the server is reached -*- lexical-binding: t -*-

;;; Commentary:

;; `thresher.el' loads this.

;;; Code:

(require 'subr-x)

(defgroup thresher nil
  "Fine-tuning data, judged in the editor."
  :group 'tools)

(defcustom thresher-client (if (locate-library "eglot") 'eglot 'lsp-mode)
  "Which package speaks with the server."
  :type '(choice (const eglot) (const lsp-mode)))

(defcustom thresher-autostart t
  "Whether opening a dataset starts a server."
  :type 'boolean)

(defcustom thresher-program (or (getenv "THRESHER_BIN") "thresher")
  "The program, by name or path."
  :type 'string)

(defcustom thresher-arguments nil
  "More arguments for `thresher lsp'."
  :type '(repeat string))

(defcustom thresher-connect nil
  "A running daemon: \"HOST:PORT\", or the path of its socket.
Nil starts a server instead."
  :type '(choice (const nil) string))

(defcustom thresher-token nil
  "The daemon's token, for HOST:PORT; nil takes $THRESHER_TOKEN."
  :type '(choice (const nil) string))

(defcustom thresher-corpus nil
  "A corpus of the daemon in which records are looked up, too."
  :type '(choice (const nil) string))

(defcustom thresher-workspace nil
  "Whether the folder's other `.jsonl' files are read, too."
  :type 'boolean)

(defcustom thresher-settings nil
  "What records are judged by: (:near (:threshold 0.9) :score (:minimum 6))."
  :type '(plist :key-type symbol))

(defcustom thresher-severities nil
  "Codes with their severity: (:fluff \"off\")."
  :type '(plist :key-type symbol))

(defcustom thresher-references nil
  "Paths of evaluation sets that must not occur in the records."
  :type '(repeat file))

(defcustom thresher-code-lens t
  "Whether scores are shown above records, where the client has lenses."
  :type 'boolean)

(defcustom thresher-inlay-hints t
  "Whether scores are shown at the ends of records, where the client has hints."
  :type 'boolean)

;;; The server

(defun thresher--changeable ()
  "What the server can be told at any time."
  (append
   (and thresher-settings (list :settings thresher-settings))
   (and thresher-severities (list :severities thresher-severities))
   (and thresher-references
        (list :references (vconcat (mapcar #'expand-file-name thresher-references))))
   (list :codeLens (if thresher-code-lens t :json-false)
         :inlayHints (if thresher-inlay-hints t :json-false))))

(defun thresher--initialization-options ()
  "What the server is told at the start."
  (let ((token (and thresher-connect (or thresher-token (getenv "THRESHER_TOKEN")))))
    (append
     (and token (list :token token))
     (and thresher-corpus (list :corpus thresher-corpus))
     (list :workspace (if thresher-workspace t :json-false))
     (thresher--changeable))))

(defun thresher--command ()
  "The command that starts a server, as a list; an error if it cannot be run."
  (unless (executable-find thresher-program)
    (user-error
     "\"%s\" is not there or cannot be run; build Thresher and put it on PATH, or set `thresher-program'"
     thresher-program))
  `(,(executable-find thresher-program) "lsp" ,@thresher-arguments))

(defun thresher--open-connection (name)
  "A process called NAME that is connected to the daemon at `thresher-connect'."
  (condition-case problem
      (if (string-match "\\`\\([^/]+\\):\\([0-9]+\\)\\'" thresher-connect)
          (make-network-process
           :name name :host (string-trim (match-string 1 thresher-connect) "\\[" "\\]")
           :service (string-to-number (match-string 2 thresher-connect))
           :coding 'utf-8-emacs-unix :noquery t)
        (make-network-process
         :name name :family 'local :service (expand-file-name thresher-connect)
         :coding 'utf-8-emacs-unix :noquery t))
    (file-error
     (user-error "No daemon answers at %s: %s" thresher-connect
                 (error-message-string problem)))))

(provide 'thresher-options)
;;; thresher-options.el ends here
